import { describe, expect, it } from 'vitest';
import type { Device } from '../../../../../src/contract/index.ts';
import { grantedMetrics, grantsAll } from './granted.ts';

const device = { metrics: [{ name: 'pm2_5' }, { name: 'pm10' }, { name: 'rssi' }] } as Device;
const namesOf = (metrics: string[], of: Device | undefined) =>
  grantedMetrics({ device: 'aer', metrics }, of).map(({ name, state }) => [name, state !== undefined]);

describe('what a pilot may read of a device', () => {
  it('is what the agreement names, in the order of the device', () => {
    expect(namesOf(['rssi', 'pm2_5'], device)).toEqual([
      ['pm2_5', true],
      ['rssi', true],
    ]);
  });

  it('is everything where all is granted', () => {
    expect(namesOf(['*'], device)).toHaveLength(3);
    expect(grantsAll({ device: 'aer', metrics: ['*'] })).toBe(true);
    expect(grantsAll({ device: 'aer', metrics: ['pm10'] })).toBe(false);
  });

  it('names what no device has announced yet', () => {
    expect(namesOf(['pm10', 'no2'], device)).toEqual([
      ['pm10', true],
      ['no2', false],
    ]);
    expect(namesOf(['pm10'], undefined)).toEqual([['pm10', false]]);
    expect(namesOf(['*'], undefined)).toEqual([]);
  });
});
