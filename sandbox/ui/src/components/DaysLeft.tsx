import { useTranslation } from 'react-i18next';
import type { Pilot } from '../../../src/contract/index.ts';
import { daysLeft } from '../format/time.ts';
import { useNow } from './ticker.ts';

/** How long a pilot has, in words. */
export function DaysLeft({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = daysLeft(Date.parse(pilot.endsAt), now);
  const before = daysLeft(Date.parse(pilot.startsAt), now);
  if (pilot.state === 'ended') return <span>{t('pilots.endedAgo', { count: Math.max(0, -left) })}</span>;
  if (before > 0) return <span>{t('pilots.startsIn', { count: before })}</span>;
  if (left < 0) return <span>{t('pilots.overdue')}</span>;
  if (left <= 1) return <span>{t('pilots.lastDay')}</span>;
  return <span>{t('pilots.daysLeft', { count: left })}</span>;
}
