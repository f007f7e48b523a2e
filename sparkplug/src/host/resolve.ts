import { sparkplugError } from '../errors.ts';
import { BDSEQ } from '../message.ts';
import { typedValue } from '../payload/decode.ts';
import type { BirthMetrics, MetricDefinition } from '../birth.ts';
import type { PayloadLimits } from '../payload/limits.ts';
import type { Metric, MetricValue, Payload } from '../payload/model.ts';
import type { ResolvedMetric } from './effect.ts';

/**
 * A metric of a message with what its birth says. `fallback` is the time for a metric that brings none.
 * Throws SPARKPLUG_METRIC_UNKNOWN, or SPARKPLUG_VALUE_* where the value is not of the birth's data type.
 */
export function resolveMetric(
  metric: Metric,
  born: BirthMetrics,
  fallback: number,
  limits: Partial<PayloadLimits> | undefined,
): ResolvedMetric {
  const definition = born.find(metric);
  if (!definition) {
    throw sparkplugError('SPARKPLUG_METRIC_UNKNOWN', metric.name ?? `alias ${metric.alias ?? 'none'}`);
  }
  const { name, datatype } = definition;
  const { timestamp = fallback, isHistorical = false, isTransient = false, properties } = metric;
  const value = valueOf(metric, definition, limits);
  const resolved = { name, datatype, definition, timestamp, value, isHistorical, isTransient };
  return properties ? { ...resolved, properties } : resolved;
}

function valueOf(
  { value, datatype }: Metric,
  definition: MetricDefinition,
  limits: Partial<PayloadLimits> | undefined,
): MetricValue | null {
  if (datatype !== undefined && datatype !== definition.datatype) {
    throw sparkplugError(
      'SPARKPLUG_VALUE_TYPE',
      `${definition.name} was born as data type ${definition.datatype} and came as ${datatype}`,
    );
  }
  if (value === undefined || value === null) return null;
  return datatype === undefined ? typedValue(value, definition.datatype, limits) : value;
}

/** The bdSeq of an NBIRTH or NDEATH; undefined where there is none, or it is not 0 to 255. tck-id-payloads-nbirth-bdseq */
export function bdSeqOf({ metrics }: Payload): number | undefined {
  const value = metrics.find(({ name }) => name === BDSEQ)?.value;
  if (typeof value !== 'bigint' && typeof value !== 'number') return undefined;
  const bdSeq = Number(value);
  return Number.isInteger(bdSeq) && bdSeq >= 0 && bdSeq <= 255 ? bdSeq : undefined;
}
