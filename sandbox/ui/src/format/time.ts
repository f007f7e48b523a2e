import { locales, type Language } from './language.ts';
import { cityTimeZone } from './zone.ts';

const styles = {
  full: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  seconds: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  shortDate: { day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type TimeStyle = keyof typeof styles;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: Language, style: TimeStyle, timeZone: string): Intl.DateTimeFormat {
  const key = `${language} ${style} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locales[language], { ...styles[style], hourCycle: 'h23', timeZone });
  formats.set(key, made);
  return made;
}

/** An instant in the city's time zone. @param at ms since the epoch */
export function cityTime(at: number, language: Language, style: TimeStyle = 'full'): string {
  return format(language, style, cityTimeZone).format(at);
}

/** A wall-clock value of `wallClock`, for chart axes. */
export function wallTime(wall: number, language: Language, style: TimeStyle): string {
  return format(language, style, 'UTC').format(wall);
}

/** The same instant in UTC, to show on hover: 2025-03-01 10:20:30.125 UTC */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

export interface Age {
  readonly unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

/**
 * How long ago an instant was, in the unit a person would say.
 * A clock that runs a little ahead of ours gives "now", never a negative age.
 */
export function age(at: number, now: number): Age {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 2) return { unit: 'now', count: 0 };
  if (seconds < 90) return { unit: 'seconds', count: seconds };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 90) return { unit: 'minutes', count: minutes };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { unit: 'hours', count: hours };
  return { unit: 'days', count: Math.floor(hours / 24) };
}

/** Whole days from now to an instant, rounded up; negative when it has passed. */
export function daysLeft(until: number, now: number): number {
  const days = (until - now) / 86_400_000;
  return days >= 0 ? Math.ceil(days) : Math.floor(days);
}
