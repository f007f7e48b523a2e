import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { age, cityTime, utcTime, type TimeStyle } from '../format/time.ts';
import { useLanguage } from '../i18n/index.ts';
import { useNow } from './ticker.ts';

interface TimeProps {
  /** RFC 3339. */
  readonly at: string;
  readonly style?: TimeStyle;
}

/** A time in the city's zone, with UTC on hover. */
export function TimeText({ at, style = 'full' }: TimeProps) {
  const language = useLanguage();
  const instant = Date.parse(at);
  return (
    <Tooltip label={utcTime(instant)}>
      <time dateTime={at}>{cityTime(instant, language, style)}</time>
    </Tooltip>
  );
}

/** How long ago something was; ticks each second. Says "never" for null. */
export function Age({ at }: { readonly at: string | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  if (at === null) return <span>{t('age.never')}</span>;
  const instant = Date.parse(at);
  const { unit, count } = age(instant, now);
  return (
    <Tooltip
      label={
        <>
          {cityTime(instant, language, 'seconds')}
          <br />
          {utcTime(instant)}
        </>
      }
    >
      <time dateTime={at} className="figures">
        {t(`age.${unit}`, { count })}
      </time>
    </Tooltip>
  );
}
