import { Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconPlugConnected,
  IconRefresh,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '../../../../src/contract/index.ts';
import { connectorsQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { Tag } from '../../components/Tag.tsx';
import { Age } from '../../components/TimeText.tsx';
import { counted } from '../../format/number.ts';
import { useLanguage } from '../../i18n/index.ts';
import { DeadLetters } from './DeadLetters.tsx';

/** Systems of the city that receive data from here, and what has not reached them. */
export function ConnectorsPage() {
  const { t } = useTranslation();
  const connectors = useQuery(connectorsQuery());
  return (
    <>
      <PageHeader title={t('connectors.title')} lead={t('connectors.lead')} />
      {connectors.data === undefined ? (
        connectors.isError ? (
          <ProblemAlert error={connectors.error} retry={() => void connectors.refetch()} />
        ) : (
          <Skeleton h={200} radius="md" />
        )
      ) : connectors.data.length === 0 ? (
        <Card>
          <EmptyState
            order={2}
            icon={<IconPlugConnected />}
            title={t('connectors.emptyTitle')}
            text={t('connectors.emptyText')}
          />
        </Card>
      ) : (
        <Stack component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {connectors.data.map((connector) => (
            <li key={connector.id}>
              <ConnectorCard connector={connector} />
            </li>
          ))}
        </Stack>
      )}
    </>
  );
}

const looks = {
  ok: { tone: 'ok', icon: <IconCircleCheckFilled aria-hidden /> },
  retrying: { tone: 'warn', icon: <IconRefresh aria-hidden /> },
  failing: { tone: 'bad', icon: <IconCircleXFilled aria-hidden /> },
  idle: { tone: 'neutral', icon: <IconCircleDashed aria-hidden /> },
} as const;

function ConnectorCard({ connector }: { readonly connector: Connector }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const { tone, icon } = looks[connector.state];
  const count = (value: number) => <span className="figures">{counted(value, language)}</span>;
  return (
    <Card component="article" data-testid={`connector-${connector.id}`}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div>
          <Title order={2}>{connector.id}</Title>
          <Text size="sm" c="dimmed">
            {t(`connectors.kind.${connector.kind}`)}
          </Text>
        </div>
        <Tag tone={tone} icon={icon}>
          {t(`connectors.state.${connector.state}`)}
        </Tag>
      </Group>
      <Text size="sm" my="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {connector.target}
      </Text>
      <Facts
        facts={[
          { name: t('connectors.delivered'), value: count(connector.delivered) },
          { name: t('connectors.waiting'), value: count(connector.waiting) },
          { name: t('connectors.dead'), value: count(connector.deadLetters) },
          { name: t('connectors.last'), value: <Age at={connector.lastDeliveryAt} /> },
          ...(connector.lastError === null
            ? []
            : [{ name: t('connectors.lastError'), value: <span lang="en">{connector.lastError}</span> }]),
        ]}
      />
      {(connector.deadLetters > 0 || open) && (
        <>
          <Button
            variant="default"
            size="xs"
            mt="md"
            style={{ alignSelf: 'flex-start' }}
            aria-expanded={open}
            onClick={() => setOpen((shown) => !shown)}
          >
            {open ? t('action.hide') : t('connectors.lettersShow', { count: connector.deadLetters })}
          </Button>
          {open && <DeadLetters connector={connector.id} />}
        </>
      )}
    </Card>
  );
}
