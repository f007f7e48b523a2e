import type { MetricState, Quality, Reading, Value } from '../../../src/contract/index.ts';
import type { Language } from './language.ts';
import { measured } from './number.ts';

/** A value without its unit; null when there is nothing to show. Booleans are worded by the caller. */
export function valueText(value: Value, language: Language): string | null {
  if (value === null) return null;
  if (typeof value === 'number') return measured(value, language);
  return String(value);
}

// What a person asks of a device first, most telling first; other metrics follow in the profile's order.
const asked = [
  /^pm2_5$/,
  /occupied|free/,
  /^active_power$|^power$/,
  /temperature$/,
  /rain/,
  /^co2$/,
  /level$|flow/,
];
const rank = ({ name }: MetricState) => {
  const place = asked.findIndex((pattern) => pattern.test(name));
  return place === -1 ? asked.length : place;
};

/** The metric that stands for a device in a list: a good one that people ask for, else the first of any kind. */
export function keyMetric(metrics: readonly MetricState[]): MetricState | undefined {
  const figures = metrics.filter((metric) => metric.type !== 'string').toSorted((a, b) => rank(a) - rank(b));
  return (
    figures.find((metric) => metric.quality === 'good' && metric.value !== null) ?? figures[0] ?? metrics[0]
  );
}

/** A quality that a person must see: all but good. */
export function isDoubtful(reading: Pick<Reading, 'quality'> | { quality: Quality }): boolean {
  return reading.quality !== 'good';
}

/** Units as profiles write them in plain letters, and as people print them. */
const printed: Readonly<Record<string, string>> = {
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  'm3/h': 'm³/h',
  m3: 'm³',
  Cel: '°C',
  degC: '°C',
  deg: '°',
  lux: 'lx',
  '%RH': '%',
  ohm: 'Ω',
  '1': '',
  'W/m2': 'W/m²',
  'uS/cm': 'µS/cm',
};

/** A unit as it is printed; one that is not known is shown as it came. */
export function unitText(unit: string | null): string {
  return unit === null ? '' : (printed[unit] ?? unit);
}
