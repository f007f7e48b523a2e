import { Accordion, Group, Text } from '@mantine/core';
import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PilotConnection } from '../../../../../src/contract/index.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { Section } from '../../../components/Section.tsx';
import { Tag } from '../../../components/Tag.tsx';
import { useLanguage } from '../../../i18n/index.ts';
import classes from './TopicsSection.module.css';
import { prettyJson } from '../pretty-json.ts';

/** The topics of the pilot, each opening to an example. */
export function TopicsSection({ connection }: { readonly connection: PilotConnection }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Section
      flush
      title={t('connect.topics')}
      lead={t('connect.topicsLead', { prefix: `${connection.prefix}/` })}
      testId="topics"
    >
      <Accordion multiple classNames={{ control: classes.control ?? '', panel: classes.panel ?? '' }}>
        {connection.topics.map(({ address, direction, summary, example }) => (
          <Accordion.Item key={`${direction} ${address}`} value={`${direction} ${address}`}>
            <Accordion.Control>
              <Group gap="sm">
                <Tag
                  tone={direction === 'receive' ? 'neutral' : 'brand'}
                  icon={
                    direction === 'receive' ? (
                      <IconArrowDownLeft aria-hidden />
                    ) : (
                      <IconArrowUpRight aria-hidden />
                    )
                  }
                >
                  {t(`connect.${direction}`)}
                </Tag>
                <code style={{ overflowWrap: 'anywhere' }}>{address}</code>
              </Group>
              <Text size="xs" c="dimmed" mt={4}>
                {summary[language]}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <CodeBlock
                code={prettyJson(example)}
                label={`${t('connect.example')}: ${address}`}
                copyLabel={t('action.copy')}
              />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Section>
  );
}
