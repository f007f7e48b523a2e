import { locales, type Language } from './language.ts';

const formats = new Map<string, Intl.NumberFormat>();
function format(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locales[language], {
    maximumFractionDigits: digits,
  });
  formats.set(key, made);
  return made;
}

/** A measured value: no more decimals than its size deserves (about four significant digits). */
export function measured(value: number, language: Language): string {
  const size = Math.abs(value);
  return format(language, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3).format(value);
}

/** A mark on an axis: no more decimals than it needs. */
export function axisNumber(value: number, language: Language): string {
  return format(language, 3).format(value);
}

/** A count, grouped. */
export function counted(value: number, language: Language): string {
  return format(language, 0).format(value);
}

/** A percentage given as 0 to 100; the sign stands apart in Romanian, as the locale wants. */
export function percent(value: number, language: Language, digits = 1): string {
  return new Intl.NumberFormat(locales[language], { style: 'percent', maximumFractionDigits: digits }).format(
    value / 100,
  );
}

/** A time span, its unit never on a line of its own: 812 ms, 4.2 s, 3 min. @param ms milliseconds */
export function duration(ms: number, language: Language): string {
  if (ms < 1000) return `${format(language, 0).format(ms)}\u00a0ms`;
  if (ms < 120_000) return `${format(language, 1).format(ms / 1000)}\u00a0s`;
  return `${format(language, 0).format(ms / 60_000)}\u00a0min`;
}

const byteUnits = ['B', 'KiB', 'MiB'] as const;

/** A size in bytes, in the binary units that limits are set in: 65536 is 64 KiB. */
export function bytes(count: number, language: Language): string {
  const step = count < 1024 ? 0 : count < 1024 ** 2 ? 1 : 2;
  return `${format(language, step === 0 ? 0 : 1).format(count / 1024 ** step)}\u00a0${byteUnits[step]}`;
}

/** A latitude and longitude to 5 decimals (about a metre), with a dot: made to be copied into maps. */
export function coordinates(lat: number, lon: number): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
