import { Button, Text, Title } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { devicesQuery } from '../../../api/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Section } from '../../../components/Section.tsx';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { grantedMetrics } from './granted.ts';

/** The data agreement as a sentence and a purpose, for those who sign it. */
export function AgreementSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const devices = useQuery(devicesQuery()).data ?? [];
  const { reads, purpose, until } = pilot.agreement;
  const count = reads.reduce((sum, read) => {
    const granted = grantedMetrics(
      read,
      devices.find(({ id }) => id === read.device),
    );
    // All quantities of a device that has not announced any are at least one.
    return sum + Math.max(1, granted.length);
  }, 0);
  if (reads.length === 0)
    return (
      <Section title={t('pilot.agreement')}>
        <EmptyState
          icon={<IconFileCheck />}
          title={t('pilot.agreementEmptyTitle')}
          text={pilot.may.edit ? t('pilot.agreementEmptyText') : t('pilot.agreementEmptyOther')}
          action={
            pilot.may.edit ? (
              <Button component={Link} to={`/pilots/${pilot.id}/edit`}>
                {t('pilot.edit')}
              </Button>
            ) : undefined
          }
        />
      </Section>
    );
  return (
    <Section title={t('pilot.agreement')} testId="agreement">
      <Text mb="md" maw="46rem">
        {t('pilot.agreementSentence', {
          until: cityTime(Date.parse(until) - 1, language, 'date'),
          organisation: pilot.organisation,
          metrics: t('pilot.nMetrics', { count }),
          devices: t('pilot.nDevices', { count: reads.length }),
        })}
      </Text>
      <Title order={3}>{t('pilot.purpose')}</Title>
      <Text style={{ whiteSpace: 'pre-line' }}>{purpose === '' ? t('pilot.noPurpose') : purpose}</Text>
    </Section>
  );
}
