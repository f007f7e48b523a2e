import { IconAccessPoint, IconAccessPointOff, IconLoader } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StreamState } from '../api/event-stream.ts';
import { Tag } from './Tag.tsx';

const looks = {
  connecting: { tone: 'neutral', icon: <IconLoader aria-hidden /> },
  open: { tone: 'ok', icon: <IconAccessPoint aria-hidden /> },
  reconnecting: { tone: 'warn', icon: <IconAccessPointOff aria-hidden /> },
} as const;

/** Whether the page hears live values. Announced when it changes; the values themselves are not. */
export function LineState({ state }: { readonly state: StreamState }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[state];
  return (
    <span role="status" data-testid="line-state" data-state={state}>
      <Tag tone={tone} icon={icon} hint={state === 'open' ? t('line.openHint') : undefined}>
        {t(`line.${state}`)}
      </Tag>
    </span>
  );
}
