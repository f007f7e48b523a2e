import type { DerivedMetric } from '../format/derived.ts';
import type { DeviceProfile, Metric } from '../format/profile.ts';
import { shown, type ProfileFault } from '../load/fault.ts';

/** Derived metrics have names of their own, a source that is a number, and the keys that their kind takes. */
export function derivedFaults({ metrics, derived }: DeviceProfile): ProfileFault[] {
  const seen = new Set(metrics.map(({ name }) => name));
  return derived.flatMap((metric, at) => {
    const path = `derived.${at}`;
    const again = seen.has(metric.name);
    seen.add(metric.name);
    const source = metrics.find(({ name }) => name === metric.from);
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
      ...sourceFaults(metric, metrics, path),
      ...keyFaults(metric, source, path),
      ...vectorFaults(metric, path),
    ];
  });
}

function sourceFaults({ from }: DerivedMetric, metrics: readonly Metric[], path: string): ProfileFault[] {
  const numbers = metrics.filter(({ datatype }) => datatype !== 'Boolean' && datatype !== 'String');
  if (numbers.some(({ name }) => name === from)) return [];
  const allowed = `a metric under metrics that is a number: ${numbers.map(({ name }) => name).join(', ')}`;
  return [{ path: `${path}.from`, found: shown(from), allowed }];
}

function keyFaults(metric: DerivedMetric, source: Metric | undefined, path: string): ProfileFault[] {
  const { kind, windowMs, min, max, deadband, maxSilenceMs } = metric;
  const faults: ProfileFault[] = [];
  const refuse = (key: string, found: unknown, allowed: string): void => {
    faults.push({ path: `${path}.${key}`, found: shown(found), allowed });
  };
  if (kind !== 'rate') {
    if (windowMs === undefined) refuse('windowMs', undefined, `the length of the window of a ${kind}`);
    if (metric.per !== undefined) refuse('per', metric.per, 'only for a rate');
    if (metric.wrap !== undefined) refuse('wrap', metric.wrap, 'only for a rate');
  }
  if (windowMs === undefined && metric.atLeast !== undefined)
    refuse('atLeast', metric.atLeast, 'only with windowMs');
  if (windowMs !== undefined && source && windowMs < source.intervalMs)
    refuse('windowMs', windowMs, `the interval of ${source.name} (${source.intervalMs}) or more`);
  if (metric.scale === 0) refuse('scale', 0, 'any number but 0');
  if (min !== undefined && max !== undefined && min > max) refuse('min', min, `max (${max}) or less`);
  if (maxSilenceMs !== undefined && deadband === undefined)
    refuse('maxSilenceMs', maxSilenceMs, 'only with a deadband: without one every value is kept');
  return faults;
}

function vectorFaults({ tests }: DerivedMetric, path: string): ProfileFault[] {
  if (tests.length === 0) {
    const allowed = 'at least one series of readings with what it yields';
    return [{ path: `${path}.tests`, found: 'no vector', allowed, severity: 'incomplete' }];
  }
  return tests.flatMap(({ values, expect }, at) =>
    values.length === expect.length
      ? []
      : [
          {
            path: `${path}.tests.${at}.expect`,
            found: `${expect.length} items`,
            allowed: `${values.length}, one for each of values`,
          },
        ],
  );
}
