import type { Frame } from './exchanges.ts';
import { hex } from './exchanges.ts';
import type { DeviceAnswer, MetricAnswer } from './read-device.ts';
import { table } from './table.ts';
import { valueText } from './value-text.ts';
import type { ConfiguredDevice } from '../../model/device.ts';

/** One line a metric, ready for people and for JSON. */
export interface AnswerLine {
  readonly metric: string;
  readonly value: string | number | boolean | null;
  readonly unit?: string;
  readonly quality: 'good' | 'bad';
  readonly reason?: string;
  /** Whether the value is within the profile's limits; undefined where there is no value, or no limit. */
  readonly inRange?: boolean;
  /** Where the metric stands: `input 0x0006`, a field of a frame, a pin. */
  readonly from: string;
  /** The bytes that it was decoded from, in hexadecimal, where they are known. */
  readonly bytes?: string;
}

export function answerLines(answer: DeviceAnswer, bytes: ReadonlyMap<string, string>): AnswerLine[] {
  return answer.metrics.map((given) => {
    const { metric, value, reason } = given;
    const raw = bytes.get(metric.name);
    const range = inRange(given);
    return {
      metric: metric.name,
      value: typeof value === 'bigint' ? String(value) : value,
      ...(metric.unit === undefined ? {} : { unit: metric.unit }),
      quality: reason === undefined ? 'good' : 'bad',
      ...(reason === undefined ? {} : { reason }),
      ...(range === undefined ? {} : { inRange: range }),
      from: sourceOf(answer.device, metric.name),
      ...(raw === undefined ? {} : { bytes: raw }),
    };
  });
}

function inRange({ value, reason, metric: { low, high } }: MetricAnswer): boolean | undefined {
  if (reason === 'out_of_range') return false;
  if (typeof value !== 'number' || (low === undefined && high === undefined)) return undefined;
  return value >= (low ?? -Infinity) && value <= (high ?? Infinity);
}

function sourceOf({ definition, pins }: ConfiguredDevice, name: string): string {
  const metric = definition.metrics.find((one) => one.name === name);
  if (metric && 'register' in metric) {
    const { table: where, address, type } = metric.register;
    return `${where} 0x${address.toString(16).padStart(4, '0').toUpperCase()} ${type}`;
  }
  return pins[name] === undefined ? definition.transport : `pin ${String(pins[name])}`;
}

/** The lines as a table, in the words of an engineer. */
export function answerTable(lines: readonly AnswerLine[]): string {
  return table(
    ['METRIC', 'VALUE', 'UNIT', 'RANGE', 'QUALITY', 'FROM', 'BYTES'],
    lines.map(({ metric, value, unit = '', inRange: range, quality, reason, from, bytes = '' }) => [
      metric,
      value === null ? '-' : valueText(value),
      unit,
      range === undefined ? '' : range ? 'ok' : 'out',
      reason ?? quality,
      from,
      bytes,
    ]),
  );
}

/** What went over the wire. */
export function frameLines(frames: readonly Frame[]): string {
  return frames
    .map(({ direction, bytes }) => `${direction === 'out' ? 'sent    ' : 'received'}  ${hex(bytes)}\n`)
    .join('');
}
