import type { DeviceProfile } from '../format/profile.ts';
import type { ProfileFault } from '../load/fault.ts';
import { derivedFaults } from './derived-rules.ts';
import { frameFaults } from './frame-rules.ts';
import { metricFaults } from './metric-rules.ts';
import { registerFaults } from './register-rules.ts';
import { simulationFaults } from './simulation-rules.ts';
import { vectorFaults } from './vector-rules.ts';

/** Everything that a schema cannot say: what a profile of the right shape still has wrong. */
export function lintFaults(profile: DeviceProfile): ProfileFault[] {
  return [
    ...lintMetrics(profile),
    ...derivedFaults(profile),
    ...vectorFaults(profile),
    ...simulationFaults(profile),
  ];
}

/** The rules that look at the metrics alone: they can be asked of a part of them. */
export function lintMetrics(profile: DeviceProfile): ProfileFault[] {
  return [
    ...metricFaults(profile.metrics),
    ...(profile.transport === 'modbus' ? registerFaults(profile) : []),
    ...(profile.transport === 'serial-frame' ? frameFaults(profile) : []),
  ];
}
