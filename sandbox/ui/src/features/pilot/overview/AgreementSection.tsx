import { Button, Text, Title } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device, Pilot } from '../../../../../src/contract/index.ts';
import { devicesQuery } from '../../../api/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Section } from '../../../components/Section.tsx';
import { StateShape } from '../../../components/StateShape.tsx';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import classes from './AgreementSection.module.css';

const all = '*';

/** The data agreement as a sentence and a list, for those who sign it. */
export function AgreementSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const devices = useQuery(devicesQuery()).data ?? [];
  const { reads, purpose, until } = pilot.agreement;
  const known = new Map(devices.map((device) => [device.id, device]));
  const count = reads.reduce(
    (sum, { device, metrics }) =>
      sum + (metrics.includes(all) ? (known.get(device)?.metrics.length ?? 1) : metrics.length),
    0,
  );
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
      <Text mb="md" style={{ whiteSpace: 'pre-line' }}>
        {purpose === '' ? t('pilot.noPurpose') : purpose}
      </Text>
      <Title order={3} mb="xs">
        {t('pilot.mayRead')}
      </Title>
      <ul className={classes.reads}>
        {reads.map(({ device, metrics }) => (
          <li key={device}>
            <Granted id={device} device={known.get(device)} metrics={metrics} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface GrantedProps {
  readonly id: string;
  readonly device: Device | undefined;
  readonly metrics: readonly string[];
}

function Granted({ id, device, metrics }: GrantedProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const names = metrics.includes(all)
    ? t('pilot.allMetrics')
    : metrics
        .map((name) => device?.metrics.find((metric) => metric.name === name)?.label[language] ?? name)
        .join(', ');
  if (device === undefined)
    return (
      <div className={classes.read}>
        <span className={classes.name}>{id}</span>
        <span className={classes.metrics}>{t('pilot.unknownDevice')}</span>
      </div>
    );
  return (
    <Link to={`/devices/${id}`} className={classes.read}>
      <span className={classes.name}>
        <StateShape state={device.state} /> {device.name}
        <span className="visually-hidden">{t(`state.${device.state}`)}</span>
      </span>
      <span className={classes.metrics}>{names}</span>
    </Link>
  );
}
