import type { Datatype } from '../format/parts.ts';
import type { Metric } from '../format/profile.ts';
import { shown, type ProfileFault } from '../load/fault.ts';

type Kind = 'number' | 'boolean' | 'text';

/** Names once, units where they belong, min below max, a datatype that can hold what is decoded. */
export function metricFaults(metrics: readonly Metric[]): ProfileFault[] {
  const seen = new Set<string>();
  return metrics.flatMap((metric, at) => {
    const path = `metrics.${at}`;
    const again = seen.has(metric.name);
    seen.add(metric.name);
    return [
      ...(again
        ? [
            {
              path: `${path}.name`,
              found: `"${metric.name}", which another metric has too`,
              allowed: 'a name of its own',
            },
          ]
        : []),
      ...unitFaults(metric, path),
      ...rangeFaults(metric, path),
      ...datatypeFaults(metric, path),
      ...reportFaults(metric, path),
    ];
  });
}

function unitFaults(metric: Metric, path: string): ProfileFault[] {
  const numeric = kindOfDatatype(metric.datatype) === 'number';
  if (numeric && metric.unit === undefined) {
    return [
      {
        path: `${path}.unit`,
        found: 'nothing',
        allowed: 'a unit such as V, Cel or ug/m3; 1 for a plain number',
      },
    ];
  }
  if (!numeric && metric.unit !== undefined) {
    return [{ path: `${path}.unit`, found: shown(metric.unit), allowed: `nothing for a ${metric.datatype}` }];
  }
  return [];
}

function rangeFaults({ min, max, datatype }: Metric, path: string): ProfileFault[] {
  if (min === undefined && max === undefined) return [];
  if (kindOfDatatype(datatype) !== 'number') {
    return [
      {
        path: `${path}.${min === undefined ? 'max' : 'min'}`,
        found: 'a bound',
        allowed: `none for a ${datatype}`,
      },
    ];
  }
  return min !== undefined && max !== undefined && min > max
    ? [{ path: `${path}.min`, found: `${min}, above max ${max}`, allowed: 'min at most max' }]
    : [];
}

function datatypeFaults(metric: Metric, path: string): ProfileFault[] {
  const kind = decodedKind(metric);
  if (kind !== kindOfDatatype(metric.datatype)) {
    return [
      {
        path: `${path}.datatype`,
        found: metric.datatype,
        allowed: `a datatype for the ${kind} that is decoded`,
      },
    ];
  }
  return [];
}

/** Report by exception: a distance only between numbers, and a longest silence only where there may be one. */
function reportFaults(
  { deadband, maxSilenceMs, intervalMs, datatype }: Metric,
  path: string,
): ProfileFault[] {
  const faults: ProfileFault[] = [];
  if (deadband !== undefined && deadband > 0 && kindOfDatatype(datatype) !== 'number') {
    faults.push({
      path: `${path}.deadband`,
      found: shown(deadband),
      allowed: `0 for a ${datatype}: any change counts`,
    });
  }
  if (maxSilenceMs === undefined) return faults;
  if (deadband === undefined) {
    const allowed = 'only with a deadband: without one every value is kept';
    faults.push({ path: `${path}.maxSilenceMs`, found: shown(maxSilenceMs), allowed });
  } else if (maxSilenceMs < intervalMs) {
    const allowed = `intervalMs (${intervalMs}) or more`;
    faults.push({ path: `${path}.maxSilenceMs`, found: shown(maxSilenceMs), allowed });
  }
  return faults;
}

function kindOfDatatype(datatype: Datatype): Kind {
  if (datatype === 'Boolean') return 'boolean';
  return datatype === 'String' ? 'text' : 'number';
}

/** What the decoder makes of the metric. */
function decodedKind(metric: Metric): Kind {
  if ('pin' in metric)
    return metric.pin.mode === 'input' || metric.pin.mode === 'output' ? 'boolean' : 'number';
  const source = 'register' in metric ? metric.register : metric.field;
  if (source.enum !== undefined) return 'text';
  if (source.type === 'string' || source.type === 'text') return 'text';
  if (source.type === 'bool' || source.type === 'boolean') return 'boolean';
  return 'bit' in source ? 'boolean' : 'number';
}
