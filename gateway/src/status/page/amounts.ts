import type { Words } from '../words/words.ts';

/** How numbers, sizes and times are written in a language. */
export interface Amounts {
  number(value: number): string;
  bytes(value: number): string;
  /** `2 minutes ago`; with a negative age `in 3 days`. */
  ago(ageMs: number): string;
  /** A moment in the time zone of the box. */
  moment(at: number): string;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['second', 1000, 90_000],
  ['minute', 60_000, 90 * 60_000],
  ['hour', 3_600_000, 48 * 3_600_000],
  ['day', 86_400_000, Number.POSITIVE_INFINITY],
];

const known = new Map<string, Amounts>();

export function amountsOf({ language }: Words): Amounts {
  const made = known.get(language) ?? make(language);
  known.set(language, made);
  return made;
}

function make(language: Words['language']): Amounts {
  const locale = language === 'ro' ? 'ro-RO' : 'en-GB';
  const plain = new Intl.NumberFormat(locale);
  const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
  return {
    number: (value) => plain.format(value),
    bytes: (value) => {
      const units = ['B', 'kB', 'MB', 'GB', 'TB'];
      const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
      return `${short.format(value / 1000 ** power)} ${units[power] ?? ''}`;
    },
    ago: (ageMs) => {
      const [unit, ms] =
        steps.find(([, , below]) => Math.abs(ageMs) < below) ?? (['day', 86_400_000] as const);
      return relative.format(-Math.trunc(ageMs / ms), unit);
    },
    moment: (at) => dates.format(at),
  };
}
