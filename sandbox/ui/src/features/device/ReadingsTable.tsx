import { Box, Button, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MetricState, Reading } from '../../../../src/contract/index.ts';
import { readingsQuery } from '../../api/queries.ts';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { MetricValue } from '../../components/MetricValue.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { QualityTag, SourceTag } from '../../components/StatusTags.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { duration } from '../../format/number.ts';
import { useReasonText } from '../../components/code-texts.ts';
import { useLanguage } from '../../i18n/index.ts';
import { windowOf, type Range } from './useHistoryChoice.ts';

interface ReadingsTableProps {
  readonly device: string;
  readonly metric: MetricState;
  readonly range: Range;
}

/** The stored readings of a period, page by page. The period stands still while it is read. */
export function ReadingsTable({ device, metric, range }: ReadingsTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reasonText = useReasonText();
  const [window] = useState(() => windowOf(range, Date.now()));
  const pages = useInfiniteQuery(readingsQuery(device, metric.name, `${range} ${window.to}`, () => window));
  const columns: Column<Reading>[] = [
    {
      key: 'observed',
      header: t('device.columns.observed'),
      cell: ({ observedAt }) => <TimeText at={observedAt} style="seconds" />,
    },
    {
      key: 'value',
      header: t('device.columns.value'),
      figures: true,
      cell: ({ value, unit }) => <MetricValue value={value} unit={unit ?? metric.unit} />,
    },
    {
      key: 'quality',
      header: t('device.columns.quality'),
      cell: ({ quality, reason }) => (
        <Group gap="xs" component="span">
          <QualityTag quality={quality} />
          {quality !== 'good' && (
            <Text size="xs" c="dimmed" span>
              {reasonText(reason)}
            </Text>
          )}
        </Group>
      ),
    },
    {
      key: 'delay',
      header: (
        <Tooltip label={t('device.delayHint')}>
          <span>{t('device.columns.delay')}</span>
        </Tooltip>
      ),
      figures: true,
      // Synthetic readings were never on their way.
      cell: ({ observedAt, receivedAt, historical, source }) =>
        source === 'synthetic' ? (
          '–'
        ) : historical ? (
          <Tooltip label={t('device.lateHint')}>
            <span>{t('device.late')}</span>
          </Tooltip>
        ) : (
          duration(Math.max(0, Date.parse(receivedAt) - Date.parse(observedAt)), language)
        ),
    },
    {
      key: 'source',
      header: t('device.columns.source'),
      cell: ({ source }) => <SourceTag source={source} />,
    },
  ];
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Box>
      <Box px={{ base: 'md', sm: 'lg' }} pb="xs">
        <Title order={3}>{t('device.readings')}</Title>
        <Text size="sm" c="dimmed">
          {t('device.readingsLead', { metric: metric.label[language] })}
        </Text>
      </Box>
      {pages.isError ? (
        <Box p="md">
          <ProblemAlert error={pages.error} retry={() => void pages.refetch()} />
        </Box>
      ) : pages.isPending ? (
        <Stack p="lg">
          <Skeleton h={24} />
          <Skeleton h={24} />
          <Skeleton h={24} />
        </Stack>
      ) : rows.length === 0 ? (
        <Text px={{ base: 'md', sm: 'lg' }} pb="lg" c="dimmed">
          {t('device.readingsEmpty')}
        </Text>
      ) : (
        <>
          <DataTable
            caption={t('device.readings')}
            columns={columns}
            rows={rows}
            rowKey={(reading, index) => `${reading.observedAt} ${index}`}
            testId="readings"
          />
          <Group p="md" justify="center" gap="md">
            <Text size="sm" c="dimmed" role="status">
              {t('device.loaded', { count: rows.length })}
            </Text>
            {pages.hasNextPage && (
              <Button
                variant="default"
                size="xs"
                loading={pages.isFetchingNextPage}
                onClick={() => void pages.fetchNextPage()}
              >
                {t('action.more')}
              </Button>
            )}
          </Group>
        </>
      )}
    </Box>
  );
}
