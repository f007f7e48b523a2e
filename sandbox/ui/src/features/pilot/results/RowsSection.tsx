import { Anchor, Text } from '@mantine/core';
import { IconTableOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Evaluation, EvaluationRow } from '../../../../../src/contract/index.ts';
import { devicesQuery } from '../../../api/queries.ts';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Section } from '../../../components/Section.tsx';
import { counted, duration, percent } from '../../../format/number.ts';
import { useLanguage } from '../../../i18n/index.ts';

/** The figures by device and quantity: each opens to its chart and readings. */
export function RowsSection({ evaluation }: { readonly evaluation: Evaluation }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const devices = useQuery(devicesQuery()).data ?? [];
  const naming = ({ device, metric }: EvaluationRow) => {
    const known = devices.find(({ id }) => id === device);
    return {
      device: known?.name ?? device,
      metric: known?.metrics.find(({ name }) => name === metric)?.label[language] ?? metric,
    };
  };
  const figure = (value: number | null, show: (known: number) => string) =>
    value === null ? '–' : show(value);
  const columns: Column<EvaluationRow>[] = [
    {
      key: 'device',
      header: t('results.column.device'),
      cell: (row) => {
        const { device, metric } = naming(row);
        return (
          <>
            <Anchor
              component={Link}
              size="sm"
              underline="always"
              to={`/devices/${row.device}?metric=${encodeURIComponent(row.metric)}&range=1m`}
              aria-label={t('results.open', { metric, device })}
            >
              {metric}
            </Anchor>
            <Text size="xs" c="dimmed" fw={400}>
              {device}
            </Text>
          </>
        );
      },
    },
    {
      key: 'completeness',
      header: t('results.column.completeness'),
      figures: true,
      cell: ({ completenessPercent }) => figure(completenessPercent, (known) => percent(known, language)),
    },
    {
      key: 'complete',
      header: t('results.column.complete'),
      figures: true,
      cell: ({ complete, expected }) =>
        `${counted(complete, language)} / ${figure(expected, (known) => counted(known, language))}`,
    },
    {
      key: 'good',
      header: t('results.column.good'),
      figures: true,
      cell: ({ good }) => counted(good, language),
    },
    {
      key: 'bad',
      header: t('results.column.bad'),
      figures: true,
      cell: ({ bad }) => counted(bad, language),
    },
    {
      key: 'synthetic',
      header: t('results.column.synthetic'),
      figures: true,
      cell: ({ synthetic }) => counted(synthetic, language),
    },
    {
      key: 'latency',
      header: t('results.column.latency'),
      figures: true,
      cell: ({ latencyP95Ms }) => figure(latencyP95Ms, (known) => duration(known, language)),
    },
  ];
  const some = evaluation.rows.length > 0;
  return (
    <Section title={t('results.rows')} lead={t('results.rowsLead')} flush={some} testId="evaluation-rows">
      {some ? (
        <DataTable
          caption={t('results.rows')}
          columns={columns}
          rows={evaluation.rows}
          rowKey={({ device, metric }) => `${device} ${metric}`}
        />
      ) : (
        <EmptyState
          icon={<IconTableOff />}
          title={t('results.rowsEmptyTitle')}
          text={t('results.rowsEmptyText')}
        />
      )}
    </Section>
  );
}
