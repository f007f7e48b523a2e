import { Card, Group, Progress, Skeleton, Text, Title } from '@mantine/core';
import { IconCalendarEvent, IconDeviceAnalytics } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device, Pilot } from '../../../../src/contract/index.ts';
import { evaluationQuery } from '../../api/queries.ts';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import { DemonstrationTag, PilotStateTag, VerdictTag } from '../../components/StatusTags.tsx';
import classes from './PilotCard.module.css';

interface PilotCardProps {
  readonly pilot: Pilot;
  /** Undefined while they are read. */
  readonly devices: readonly Device[] | undefined;
}

/** A pilot at a glance: where it stands, how long it runs, how its data and its result are. */
export function PilotCard({ pilot, devices }: PilotCardProps) {
  const { t } = useTranslation();
  return (
    <Card className={classes.card ?? ''} component="article" data-testid={`pilot-${pilot.id}`}>
      <Group gap="xs" mb="xs">
        <PilotStateTag state={pilot.state} />
        {pilot.synthetic && <DemonstrationTag />}
      </Group>
      <Title order={2}>
        <Link to={`/pilots/${pilot.id}`} className={classes.link}>
          {pilot.title}
        </Link>
      </Title>
      <Text size="sm" c="dimmed">
        {pilot.organisation}
      </Text>
      <Text size="sm" mt="sm" lineClamp={3}>
        {pilot.summary}
      </Text>
      <div className={classes.foot}>
        <div className={classes.fact}>
          <IconCalendarEvent size={18} aria-hidden />
          <DaysLeft pilot={pilot} />
        </div>
        <Health pilot={pilot} devices={devices} />
        <div className={classes.result}>
          <Text size="xs" c="dimmed">
            {t('pilots.verdict')}
          </Text>
          <Result pilot={pilot} />
        </div>
      </div>
    </Card>
  );
}

function Health({ pilot, devices }: PilotCardProps) {
  const { t } = useTranslation();
  const granted = new Set(pilot.agreement.reads.map(({ device }) => device));
  if (devices === undefined) return <Skeleton h={20} />;
  const online = devices.filter(({ id, state }) => granted.has(id) && state === 'online').length;
  const share = granted.size === 0 ? 0 : (online / granted.size) * 100;
  const text =
    granted.size === 0
      ? t('pilots.healthNone')
      : t('pilots.health', { online: String(online), count: granted.size });
  return (
    <div className={classes.fact}>
      <IconDeviceAnalytics size={18} aria-hidden />
      <span className={classes.health}>
        {text}
        {granted.size > 0 && (
          <Progress value={share} size="xs" color={share === 100 ? 'green' : 'amber'} aria-label={text} />
        )}
      </span>
    </div>
  );
}

function Result({ pilot }: { readonly pilot: Pilot }) {
  const evaluation = useQuery({ ...evaluationQuery(pilot.id, 'all'), enabled: pilot.state !== 'draft' });
  if (pilot.state === 'draft' || evaluation.isError) return <VerdictTag verdict="not_measured" />;
  if (evaluation.data === undefined) return <Skeleton h={22} w={90} radius="xl" />;
  return <VerdictTag verdict={evaluation.data.verdict} />;
}
