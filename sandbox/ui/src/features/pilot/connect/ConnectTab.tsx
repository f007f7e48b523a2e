import { Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Pilot, PilotConnection } from '../../../../../src/contract/index.ts';
import { connectionQuery } from '../../../api/queries.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { bytes, counted } from '../../../format/number.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { quickStarts } from './quick-start.ts';
import { TokensSection } from './TokensSection.tsx';
import { TopicsSection } from './TopicsSection.tsx';

/** All that a service needs: settings, a token, topics, and a program to begin with. */
export function ConnectTab({ pilot }: { readonly pilot: Pilot }) {
  const connection = useQuery(connectionQuery(pilot.id));
  return (
    <Stack gap="lg">
      {connection.isError ? (
        <ProblemAlert error={connection.error} retry={() => void connection.refetch()} />
      ) : connection.data === undefined ? (
        <Skeleton h={260} radius="md" />
      ) : (
        <SettingsSection connection={connection.data} />
      )}
      <TokensSection pilot={pilot} />
      {connection.data && (
        <>
          <QuickStartSection connection={connection.data} />
          <TopicsSection connection={connection.data} />
        </>
      )}
    </Stack>
  );
}

function SettingsSection({ connection }: { readonly connection: PilotConnection }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { limits } = connection;
  const setting = (name: string, variable: string, value: string) => ({
    name,
    value: (
      <Group gap={4} wrap="nowrap" component="span">
        <code style={{ overflowWrap: 'anywhere' }}>{value}</code>
        <CopyButton compact value={value} label={`${t('action.copy')}: ${variable}`} />
      </Group>
    ),
  });
  return (
    <Section title={t('connect.facts')} lead={t('connect.factsLead')} testId="connection">
      <Facts
        wide
        facts={[
          setting(t('connect.url'), 'MQTT_URL', connection.mqttUrl),
          setting(t('connect.username'), 'MQTT_USERNAME', connection.username),
          { name: t('connect.password'), value: t('connect.passwordIs') },
          setting(t('connect.prefix'), 'TOPIC_PREFIX', connection.prefix),
          ...(connection.websocketUrl === null
            ? []
            : [setting(t('connect.websocket'), 'MQTT_URL', connection.websocketUrl)]),
          setting(t('connect.api'), 'API_URL', connection.apiUrl),
          {
            name: t('connect.limits'),
            value: (
              <Text size="sm">
                {t('connect.limitsText', {
                  messages: counted(limits.messagesPerSecond, language),
                  packet: bytes(limits.packetBytes, language),
                  output: bytes(limits.outputBytes, language),
                  subscriptions: counted(limits.subscriptions, language),
                })}
              </Text>
            ),
          },
        ]}
      />
    </Section>
  );
}

function QuickStartSection({ connection }: { readonly connection: PilotConnection }) {
  const { t } = useTranslation();
  const starts = quickStarts(connection);
  const command = (label: string, code: string) => (
    <div>
      <Text size="sm" mb={4}>
        {label}
      </Text>
      <CodeBlock code={code} label={label} copyLabel={`${t('action.copy')}: ${code}`} />
    </div>
  );
  return (
    <Section title={t('connect.quickStart')} lead={t('connect.quickStartLead')} testId="quick-start">
      <Tabs defaultValue="node" variant="pills">
        <Tabs.List mb="md" aria-label={t('connect.quickStartTabs')}>
          {starts.map(({ id, name }) => (
            <Tabs.Tab key={id} value={id}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {starts.map(({ id, name, install, file, run, code }) => (
          <Tabs.Panel key={id} value={id}>
            <Stack>
              {install !== null && command(t('connect.install'), install)}
              <CodeBlock
                code={code}
                label={file ?? name}
                copyLabel={t('connect.copyCode')}
                testId={`quick-start-${id}`}
              />
              {run !== null && file !== null && command(t('connect.run', { file }), run)}
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Section>
  );
}
