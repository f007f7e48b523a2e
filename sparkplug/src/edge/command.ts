import { sparkplugError } from '../errors.ts';
import { faultOf, type Fault } from '../fault.ts';
import { typedValue } from '../payload/decode.ts';
import type { BirthMetrics } from '../birth.ts';
import type { PayloadLimits } from '../payload/limits.ts';
import type { Metric } from '../payload/model.ts';

/** The metrics of an NCMD or DCMD that the birth declared, with name and data type; a fault for each other one. */
export function commandOf(
  topic: string,
  born: BirthMetrics,
  metrics: readonly Metric[],
  limits: Partial<PayloadLimits> | undefined,
): { known: Metric[]; faults: Fault[] } {
  const known: Metric[] = [];
  const faults: Fault[] = [];
  for (const metric of metrics) {
    try {
      const definition = born.find(metric);
      if (!definition) {
        throw sparkplugError('SPARKPLUG_METRIC_UNKNOWN', metric.name ?? `alias ${metric.alias ?? 'none'}`);
      }
      const { name, datatype } = definition;
      if (metric.datatype !== undefined && metric.datatype !== datatype) {
        throw sparkplugError(
          'SPARKPLUG_VALUE_TYPE',
          `${name} is of data type ${datatype}, not ${metric.datatype}`,
        );
      }
      const value = valueOf(metric, datatype, limits);
      known.push({ ...metric, name, datatype, value });
    } catch (error) {
      faults.push(faultOf(topic, error));
    }
  }
  return { known, faults };
}

function valueOf(
  metric: Metric,
  datatype: NonNullable<Metric['datatype']>,
  limits: Partial<PayloadLimits> | undefined,
): NonNullable<Metric['value']> | null {
  if (metric.value === undefined || metric.value === null) return null;
  return metric.datatype === undefined ? typedValue(metric.value, datatype, limits) : metric.value;
}
