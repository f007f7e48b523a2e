import { Box, Button, Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, MetricState, Series } from '../../../../src/contract/index.ts';
import { seriesQuery } from '../../api/queries.ts';
import { ChartKey } from '../../components/charts/ChartKey.tsx';
import { summarise } from '../../components/charts/series-rows.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { Section } from '../../components/Section.tsx';
import { Tag } from '../../components/Tag.tsx';
import { SourceTag } from '../../components/StatusTags.tsx';
import { counted } from '../../format/number.ts';
import { useLanguage } from '../../i18n/index.ts';
import { ReadingsTable } from './ReadingsTable.tsx';
import { ranges, refreshMs, windowOf, type HistoryChoice, type Range } from './useHistoryChoice.ts';

const SeriesChart = lazy(() => import('../../components/charts/SeriesChart.tsx'));

interface HistorySectionProps {
  readonly device: Device;
  readonly metric: MetricState;
  readonly choice: HistoryChoice;
}

/** The chart of one metric over a period, and the readings behind it. */
export function HistorySection({ device, metric, choice }: HistorySectionProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { range } = choice;
  const [listed, setListed] = useState(false);
  const label = metric.label[language];
  const series = useQuery({
    ...seriesQuery(device.id, metric.name, range, () => windowOf(range, Date.now()), refreshMs[range]),
    enabled: metric.type !== 'string',
  });
  const rangeNames: Record<Range, string> = {
    '1h': t('device.range1h'),
    '1d': t('device.range1d'),
    '1m': t('device.range1m'),
  };
  return (
    <Section
      title={t('device.history')}
      testId="history"
      flush
      actions={
        <Group gap="xs">
          <Select
            aria-label={t('device.metric')}
            data={device.metrics.map(({ name, label: text }) => ({ value: name, label: text[language] }))}
            value={metric.name}
            onChange={(value) => {
              if (value !== null) choice.chooseMetric(value);
            }}
            allowDeselect={false}
            w={220}
            size="sm"
          />
          <SegmentedControl
            aria-label={t('device.rangeLabel')}
            value={range}
            onChange={(value) => choice.chooseRange(value)}
            data={ranges.map((value) => ({ value, label: rangeNames[value] }))}
            data-testid="range"
          />
        </Group>
      }
    >
      <Box px={{ base: 'md', sm: 'lg' }} pb="md">
        {metric.type === 'string' ? (
          <Text c="dimmed">{t('device.chartText')}</Text>
        ) : series.isError && series.data === undefined ? (
          <ProblemAlert error={series.error} retry={() => void series.refetch()} />
        ) : series.data === undefined ? (
          <Skeleton h={320} />
        ) : (
          <Drawn
            series={series.data}
            label={label}
            yesNo={metric.type === 'boolean'}
            faded={series.isPlaceholderData}
          />
        )}
        <Button
          mt="md"
          variant="default"
          aria-expanded={listed}
          leftSection={<IconTable size={16} aria-hidden />}
          onClick={() => setListed((shown) => !shown)}
          data-testid="show-readings"
        >
          {listed ? t('action.hide') : t('device.readingsShow')}
        </Button>
      </Box>
      {listed && (
        <ReadingsTable key={`${metric.name} ${range}`} device={device.id} metric={metric} range={range} />
      )}
    </Section>
  );
}

interface DrawnProps {
  readonly series: Series;
  readonly label: string;
  readonly yesNo: boolean;
  /** The chart of the previous choice, while the new one is on its way. */
  readonly faded: boolean;
}

function Drawn({ series, label, yesNo, faded }: DrawnProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const summary = useMemo(() => summarise(series.points), [series]);
  if (series.points.length === 0)
    return (
      <EmptyState
        icon={<IconChartLine />}
        title={t('device.chartEmptyTitle')}
        text={t('device.chartEmptyText')}
      />
    );
  return (
    <Box style={{ opacity: faded ? 0.45 : 1 }} aria-busy={faded}>
      <Group justify="space-between" mb={4} gap="xs">
        <ChartKey
          single={series.resolution === 'raw'}
          synthetic={summary.anySynthetic}
          bad={summary.bad > 0}
        />
        <Group gap="xs">
          {summary.anySynthetic && <SourceTag source="synthetic" />}
          <Tag tone="neutral">{t(`device.resolution.${series.resolution}`)}</Tag>
        </Group>
      </Group>
      <Suspense fallback={<Skeleton h={320} />}>
        <SeriesChart series={series} label={label} yesNo={yesNo} />
      </Suspense>
      <Text size="xs" c="dimmed" className="figures">
        {t('device.readingsCount', {
          good: counted(summary.good, language),
          bad: counted(summary.bad, language),
        })}
      </Text>
    </Box>
  );
}
