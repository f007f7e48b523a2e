import { DataType, type Metric } from '@city-testbed/sparkplug';
import type { NodeMetric } from '../model/node-metric.ts';

/** As Sparkplug sends it. */
export function nodeMetric({ name, datatype, value, unit }: NodeMetric): Metric {
  const engUnit = { type: DataType.String, value: unit ?? '' };
  return { name, datatype, value, ...(unit === undefined ? {} : { properties: { engUnit } }) };
}
