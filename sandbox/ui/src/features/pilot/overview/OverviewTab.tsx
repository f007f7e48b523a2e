import { Anchor, List, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { evaluationQuery } from '../../../api/queries.ts';
import { Facts } from '../../../components/Facts.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { VerdictTag } from '../../../components/StatusTags.tsx';
import { TimeText } from '../../../components/TimeText.tsx';
import { counted, duration, percent } from '../../../format/number.ts';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { AgreementSection } from './AgreementSection.tsx';
import { ReadsSection } from './ReadsSection.tsx';

/** The pilot in plain words: what, what it may read, what was agreed, how it stands. */
export function OverviewTab({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const language = useLanguage();
  // The last instant of a period belongs to its last day.
  const lastDay = cityTime(Date.parse(pilot.endsAt) - 1, language, 'date');
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Section title={t('pilot.summary')}>
          <Text mb="lg" style={{ whiteSpace: 'pre-line' }}>
            {pilot.summary === '' ? t('pilot.noSummary') : pilot.summary}
          </Text>
          <Facts
            facts={[
              { name: t('pilot.organisation'), value: pilot.organisation },
              {
                name: t('pilot.period'),
                value: (
                  <>
                    <TimeText at={pilot.startsAt} style="date" /> – {lastDay}
                  </>
                ),
              },
            ]}
          />
        </Section>
        <Stack gap="lg">
          <Section title={t('pilot.target')}>
            <List
              spacing="xs"
              size="sm"
              icon={<IconCheck size={16} aria-hidden style={{ color: 'var(--mantine-color-anchor)' }} />}
            >
              <List.Item>
                {t('pilot.targetCompleteness', {
                  percent: percent(pilot.target.completenessPercent, language),
                  interval: duration(pilot.target.intervalSeconds * 1000, language),
                })}
              </List.Item>
              <List.Item>
                {t('pilot.targetLatency', { duration: duration(pilot.target.latencyP95Ms, language) })}
              </List.Item>
              <List.Item>
                {t('pilot.targetMinimum', {
                  readings: counted(pilot.target.minimumReadings, language),
                })}
              </List.Item>
            </List>
          </Section>
          <StandingSection pilot={pilot} />
        </Stack>
      </SimpleGrid>
      <AgreementSection pilot={pilot} />
      {pilot.agreement.reads.length > 0 && <ReadsSection pilot={pilot} />}
    </Stack>
  );
}

function StandingSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const evaluation = useQuery({ ...evaluationQuery(pilot.id, 'all'), enabled: pilot.state !== 'draft' });
  const verdict = pilot.state === 'draft' ? 'not_measured' : evaluation.data?.verdict;
  return (
    <Section title={t('pilot.resultsNow')}>
      {evaluation.isError ? (
        <ProblemAlert error={evaluation.error} retry={() => void evaluation.refetch()} />
      ) : verdict === undefined ? (
        <Skeleton h={56} />
      ) : (
        <Stack gap="xs" align="flex-start">
          <VerdictTag verdict={verdict} large />
          <Text size="sm">{t(`verdict.${verdict}Text`)}</Text>
          {pilot.state !== 'draft' && (
            <Anchor component={Link} to={`/pilots/${pilot.id}/results`} size="sm">
              {t('pilot.seeResults')}
            </Anchor>
          )}
        </Stack>
      )}
    </Section>
  );
}
