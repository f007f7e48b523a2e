import { Alert, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Evaluation, Pilot } from '../../../../../src/contract/index.ts';
import { evaluationQuery } from '../../../api/queries.ts';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { VerdictTag } from '../../../components/StatusTags.tsx';
import { Age } from '../../../components/TimeText.tsx';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { DaysSection } from './DaysSection.tsx';
import { IndicatorCard } from './IndicatorCard.tsx';
import { RowsSection } from './RowsSection.tsx';

const periods = ['all', '14', '7'] as const;
type Period = (typeof periods)[number];
const dayMs = 86_400_000;

/** How the pilot's data does against what was agreed; every figure opens to the readings behind it. */
export function ResultsTab({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<Period>('all');
  const evaluation = useQuery(
    period === 'all'
      ? evaluationQuery(pilot.id, 'all')
      : evaluationQuery(pilot.id, period, () => ({
          from: new Date(Date.now() - Number(period) * dayMs).toISOString(),
          to: new Date().toISOString(),
        })),
  );
  const names: Record<Period, string> = {
    all: t('results.periodAll'),
    '14': t('results.period14'),
    '7': t('results.period7'),
  };
  if (evaluation.data === undefined)
    return evaluation.isError ? (
      <ProblemAlert error={evaluation.error} retry={() => void evaluation.refetch()} />
    ) : (
      <Skeleton h={360} radius="md" />
    );
  return (
    <Stack gap="lg" style={{ opacity: evaluation.isPlaceholderData ? 0.5 : 1 }}>
      <Verdict
        evaluation={evaluation.data}
        periodChoice={
          <SegmentedControl
            aria-label={t('results.period')}
            value={period}
            onChange={setPeriod}
            data={periods.map((value) => ({ value, label: names[value] }))}
          />
        }
      />
      {evaluation.data.indicators.length > 0 && (
        <section aria-labelledby="indicators">
          <Title order={2} id="indicators" mb="sm">
            {t('results.indicators')}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
            {evaluation.data.indicators.map((indicator) => (
              <IndicatorCard key={indicator.id} indicator={indicator} />
            ))}
          </SimpleGrid>
        </section>
      )}
      {evaluation.data.days.length > 0 && (
        <DaysSection evaluation={evaluation.data} target={pilot.target.completenessPercent} />
      )}
      <RowsSection evaluation={evaluation.data} />
    </Stack>
  );
}

interface VerdictProps {
  readonly evaluation: Evaluation;
  readonly periodChoice: React.ReactNode;
}

function Verdict({ evaluation, periodChoice }: VerdictProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { verdict, from, to, computedAt, containsSynthetic } = evaluation;
  return (
    <Section title={t('results.title')} actions={periodChoice} testId="evaluation">
      <Stack gap="xs" align="flex-start">
        <VerdictTag verdict={verdict} large />
        <Text fw={550}>{t(`verdict.${verdict}Text`)}</Text>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t('results.window', {
              from: cityTime(Date.parse(from), language),
              to: cityTime(Date.parse(to), language),
            })}
          </Text>
          <Text size="sm" c="dimmed">
            · {t('results.computed')} <Age at={computedAt} />
          </Text>
        </Group>
      </Stack>
      {containsSynthetic && (
        <Alert
          color="violet"
          icon={<IconRobot aria-hidden />}
          title={t('results.containsSynthetic')}
          mt="md"
          style={{ border: '1px dashed var(--tone-synthetic-text)' }}
        >
          {t('results.containsSyntheticText')}
        </Alert>
      )}
    </Section>
  );
}
