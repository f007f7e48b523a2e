import type { Device, MetricState, Pilot } from '../../../../../src/contract/index.ts';

const all = '*';

/** A quantity that an agreement grants; `state` is absent while no device has announced it. */
export interface GrantedMetric {
  readonly name: string;
  readonly state: MetricState | undefined;
}

/** What a pilot may read of one device, in the order of the device's profile. */
export function grantedMetrics(
  { metrics }: Pilot['agreement']['reads'][number],
  device: Device | undefined,
): GrantedMetric[] {
  const announced = device?.metrics ?? [];
  const known = announced
    .filter(({ name }) => metrics.includes(all) || metrics.includes(name))
    .map((state) => ({ name: state.name, state }));
  const unknown = metrics
    .filter((name) => name !== all && !announced.some((metric) => metric.name === name))
    .map((name) => ({ name, state: undefined }));
  return [...known, ...unknown];
}

/** Whether later quantities of the device are granted as well. */
export const grantsAll = ({ metrics }: Pilot['agreement']['reads'][number]): boolean => metrics.includes(all);
