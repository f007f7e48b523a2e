import { Skeleton, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Evaluation } from '../../../../../src/contract/index.ts';
import { Section } from '../../../components/Section.tsx';

const DaysChart = lazy(() => import('../../../components/charts/DaysChart.tsx'));

interface DaysSectionProps {
  readonly evaluation: Evaluation;
  /** Percent. */
  readonly target: number;
}

/** Completeness day by day. */
export function DaysSection({ evaluation, target }: DaysSectionProps) {
  const { t } = useTranslation();
  const some = evaluation.days.some(({ completenessPercent }) => completenessPercent !== null);
  return (
    <Section title={t('results.days')} lead={t('results.daysLead')}>
      {some ? (
        <Suspense fallback={<Skeleton h={260} />}>
          <DaysChart days={evaluation.days} target={target} />
        </Suspense>
      ) : (
        <Text c="dimmed">{t('results.daysEmpty')}</Text>
      )}
    </Section>
  );
}
