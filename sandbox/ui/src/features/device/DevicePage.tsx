import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Device } from '../../../../src/contract/index.ts';
import { useLiveDevices } from '../../api/live.ts';
import { deviceQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Facts, type Fact } from '../../components/Facts.tsx';
import { LineState } from '../../components/LineState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StatusTags.tsx';
import { Age, TimeText } from '../../components/TimeText.tsx';
import { coordinates } from '../../format/number.ts';
import { useReasonText } from '../../components/code-texts.ts';
import { HistorySection } from './HistorySection.tsx';
import { MetricCards } from './MetricCards.tsx';
import { useHistoryChoice } from './useHistoryChoice.ts';

/** One device: what it measures now, its history, and who uses it. */
export function DevicePage() {
  const { t } = useTranslation();
  const { device: id = '' } = useParams();
  const query = useQuery(deviceQuery(id));
  const line = useLiveDevices(useMemo(() => [id], [id]));
  const back = { to: '/', label: t('nav.map') };
  if (query.data === undefined)
    return (
      <>
        <PageHeader title={query.isError ? id : t('loading')} back={back} />
        {query.isError ? (
          <ProblemAlert error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Skeleton h={320} radius="md" />
        )}
      </>
    );
  const device = query.data;
  return (
    <>
      <PageHeader
        title={device.name}
        back={back}
        tags={
          <>
            <StateTag state={device.state} />
            <LineState state={line} />
          </>
        }
      />
      <Content device={device} />
    </>
  );
}

function Content({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const choice = useHistoryChoice(device.metrics);
  return (
    <Stack gap="lg">
      <DeviceFacts device={device} />
      <MetricCards device={device} chosen={choice.metric?.name} onChoose={choice.chooseMetric} />
      {choice.metric && <HistorySection device={device} metric={choice.metric} choice={choice} />}
      <Section title={t('device.pilots')}>
        {device.pilots.length === 0 ? (
          <EmptyState
            icon={<IconFlask />}
            title={t('device.pilotsEmptyTitle')}
            text={t('device.pilotsEmpty')}
          />
        ) : (
          <Stack gap="xs" component="ul" m={0} pl="lg">
            {device.pilots.map(({ id, title }) => (
              <li key={id}>
                <Anchor component={Link} to={`/pilots/${id}`}>
                  {title}
                </Anchor>
              </li>
            ))}
          </Stack>
        )}
      </Section>
    </Stack>
  );
}

function DeviceFacts({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const reason = useReasonText()(device.stateReason);
  const facts: Fact[] = [
    { name: t('device.place'), value: device.location?.place ?? t('device.noPlace') },
    {
      name: t('device.lastSeen'),
      value: (
        <>
          <Age at={device.lastSeenAt} />
          {device.state !== 'online' && reason !== null && (
            <Text size="xs" c="dimmed">
              {reason}
            </Text>
          )}
        </>
      ),
    },
    ...(device.since !== null && device.state !== 'stale'
      ? [{ name: t(`device.since.${device.state}`), value: <TimeText at={device.since} /> }]
      : []),
    { name: t('device.gateway'), value: device.gateway },
    { name: t('device.profile'), value: device.profile ?? '–' },
    ...(device.location === null
      ? []
      : [
          {
            name: t('device.position'),
            value: <span className="figures">{coordinates(device.location.lat, device.location.lon)}</span>,
          },
        ]),
  ];
  return (
    <section aria-label={device.name}>
      <Facts facts={facts} />
    </section>
  );
}
