import { describe, expect, it } from 'vitest';
import type { Device, DeviceUpdate } from '../../../src/contract/index.ts';
import { withReadings, withStatus } from './apply-update.ts';

const device: Device = {
  id: 'air-1',
  name: 'Air 1',
  gateway: 'gw',
  profile: null,
  location: null,
  state: 'stale',
  since: null,
  stateReason: null,
  lastSeenAt: '2025-03-01T10:00:00.000Z',
  pilots: [],
  metrics: ['pm2_5', 'pm10'].map((name) => ({
    name,
    label: { en: name, ro: name },
    unit: 'µg/m³',
    type: 'number',
    low: null,
    high: null,
    intervalMs: null,
    value: 1,
    quality: 'stale',
    reason: 'stale',
    observedAt: '2025-03-01T10:00:00.000Z',
    receivedAt: '2025-03-01T10:00:00.000Z',
    source: 'live',
  })),
};
const update: DeviceUpdate = {
  device: 'air-1',
  observedAt: '2025-03-01T10:01:00.000Z',
  receivedAt: '2025-03-01T10:01:00.400Z',
  source: 'live',
  historical: false,
  readings: { pm2_5: { value: 21, unit: null, quality: 'good' } },
};

describe('a live update', () => {
  it('changes the metrics it names, and nothing else', () => {
    const after = withReadings(device, update);
    expect(after.metrics[0]).toMatchObject({ value: 21, quality: 'good', reason: null, unit: 'µg/m³' });
    expect(after.metrics[1]).toBe(device.metrics[1]);
    expect(after.lastSeenAt).toBe(update.receivedAt);
    expect(after.state).toBe('online');
  });

  it('never lets a backlog run the shown value backwards', () => {
    const old = { ...update, observedAt: '2025-03-01T09:00:00.000Z', historical: true };
    expect(withReadings(device, old)).toBe(device);
  });

  it('takes a stored reading as no sign of life', () => {
    expect(withReadings(device, { ...update, historical: true }).state).toBe('stale');
  });

  it('follows births and deaths', () => {
    const after = withStatus(device, {
      device: 'air-1',
      online: false,
      since: '2025-03-01T10:02:00.000Z',
      reason: 'gateway_lost',
    });
    expect(after).toMatchObject({ state: 'offline', stateReason: 'gateway_lost' });
  });
});
