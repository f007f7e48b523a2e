import { sparkplugError } from '../errors.ts';
import { BDSEQ, REBIRTH } from '../message.ts';
import { DataType } from '../payload/datatype.ts';
import type { BirthMetrics } from '../birth.ts';
import type { Metric } from '../payload/model.ts';

/** The metrics of an NBIRTH: those that every node has, then its own. tck-id-topics-nbirth-bdseq-included, ...-rebirth-metric */
export function nodeBirthMetrics(own: readonly Metric[], bdSeq: number): Metric[] {
  return [
    { name: BDSEQ, datatype: DataType.Int64, value: BigInt(bdSeq) },
    { name: REBIRTH, datatype: DataType.Boolean, value: false },
    ...own,
  ];
}

/** Every metric of a birth or of data carries a time. tck-id-payloads-name-birth-data-requirement */
export function stamped(metrics: readonly Metric[], now: number): Metric[] {
  return metrics.map((metric) => (metric.timestamp === undefined ? { ...metric, timestamp: now } : metric));
}

/**
 * Metrics of a DATA message as they go on the wire: alias instead of name where there is one, data type of the birth.
 * Throws SPARKPLUG_METRIC_UNKNOWN, or SPARKPLUG_VALUE_TYPE for a data type that is not the birth's.
 */
export function dataMetrics(born: BirthMetrics, metrics: readonly Metric[], now: number): Metric[] {
  return metrics.map((metric) => {
    const definition = born.find(metric);
    if (!definition) {
      throw sparkplugError('SPARKPLUG_METRIC_UNKNOWN', metric.name ?? `alias ${metric.alias ?? 'none'}`);
    }
    const { name, alias, datatype } = definition;
    if (metric.datatype !== undefined && metric.datatype !== datatype) {
      throw sparkplugError(
        'SPARKPLUG_VALUE_TYPE',
        `${name} was born as data type ${datatype}, not ${metric.datatype}`,
      );
    }
    // Built field by field: this runs for every reading, and spreading costs ten times as much.
    const sent: { -readonly [key in keyof Metric]: Metric[key] } = {
      datatype,
      timestamp: metric.timestamp ?? now,
    };
    if (alias === undefined) sent.name = name;
    else sent.alias = alias;
    if (metric.isHistorical !== undefined) sent.isHistorical = metric.isHistorical;
    if (metric.isTransient !== undefined) sent.isTransient = metric.isTransient;
    if (metric.metadata) sent.metadata = metric.metadata;
    if (metric.properties) sent.properties = metric.properties;
    if (metric.value !== undefined) sent.value = metric.value;
    return sent;
  });
}
