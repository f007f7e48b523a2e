import type { DeviceProfile } from '../format/profile.ts';
import type { ProfileFault } from '../load/fault.ts';

/** Signals must be of metrics that there are, and of instants that there are. */
export function simulationFaults(profile: DeviceProfile): ProfileFault[] {
  return Object.entries(profile.simulate?.signals ?? {}).flatMap(([name, signal]) => {
    const path = `simulate.signals.${name}`;
    const unknown = profile.metrics.every((metric) => metric.name !== name);
    return [
      ...(unknown
        ? [
            {
              path,
              found: `"${name}"`,
              allowed: `one of ${profile.metrics.map((metric) => metric.name).join(', ')}`,
            },
          ]
        : []),
      ...(signal.kind === 'counter' && signal.since !== 'start' && Number.isNaN(Date.parse(signal.since))
        ? [{ path: `${path}.since`, found: `"${signal.since}"`, allowed: 'an ISO 8601 instant, or start' }]
        : []),
    ];
  });
}
