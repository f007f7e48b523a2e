import { Box, Button, Center, Skeleton } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { outputsQuery } from '../../../api/queries.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { TimeText } from '../../../components/TimeText.tsx';
import classes from './Outputs.module.css';

/** What the service found out: kept, unlike the live messages. */
export function OutputsSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const outputs = useInfiniteQuery({ ...outputsQuery(pilot.id), refetchInterval: 15_000 });
  const items = outputs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={t('messages.outputs')}
      lead={t('messages.outputsLead', { topic: 'out/+' })}
      testId="outputs"
      flush={items.length > 0}
    >
      {outputs.isError ? (
        <ProblemAlert error={outputs.error} retry={() => void outputs.refetch()} />
      ) : outputs.isPending ? (
        <Skeleton h={90} />
      ) : items.length === 0 ? (
        <EmptyState
          icon={<IconPackageExport />}
          title={t('messages.outputsEmptyTitle')}
          text={t('messages.outputsEmptyText')}
        />
      ) : (
        <>
          <ul className={classes.outputs}>
            {items.map(({ id, name, receivedAt, payload }) => (
              <li key={id}>
                <details>
                  <summary className={classes.output}>
                    <span className={classes.when}>
                      <TimeText at={receivedAt} style="seconds" />
                    </span>
                    <code>{name}</code>
                    <span className={classes.preview}>{JSON.stringify(payload)}</span>
                  </summary>
                  <Box className={classes.json ?? ''}>
                    <CodeBlock
                      code={JSON.stringify(payload, null, 2)}
                      label={`${name}: ${t('messages.rawJson')}`}
                      copyLabel={t('action.copy')}
                    />
                  </Box>
                </details>
              </li>
            ))}
          </ul>
          {outputs.hasNextPage && (
            <Center p="md">
              <Button
                variant="default"
                size="xs"
                loading={outputs.isFetchingNextPage}
                onClick={() => void outputs.fetchNextPage()}
              >
                {t('action.more')}
              </Button>
            </Center>
          )}
        </>
      )}
    </Section>
  );
}
