import { createLogger, ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import type { DeviceBirth, DeviceRecord } from './device-registry.ts';
import { createDeviceRegistry } from './registered-devices.ts';
import type { RegistryShelf } from './registry-shelf.ts';

/** A shelf in memory. */
class FakeShelf implements RegistryShelf {
  readonly documents = new Map<string, string>();
  writes = 0;
  broken = false;

  load(): ReturnType<RegistryShelf['load']> {
    return Promise.resolve(
      [...this.documents].map(([key, document]) => ({ kind: key.split(' ')[0]!, document })),
    );
  }

  keep(documents: Parameters<RegistryShelf['keep']>[0]): Promise<void> {
    if (this.broken) return Promise.reject(new Error('disk full'));
    this.writes++;
    for (const { kind, id, document } of documents) this.documents.set(`${kind} ${id}`, document!);
    return Promise.resolve();
  }
}

const birth = (gateway: string, device: string, intervalMs: number | null = 10_000): DeviceBirth => ({
  gateway,
  device,
  name: device,
  profile: null,
  location: null,
  metrics: [{ name: 'x', type: 'number', unit: null, low: null, high: null, intervalMs }],
});

async function registry(shelf = new FakeShelf()) {
  const clock = new ManualClock();
  const limits = { gateways: 2, devices: 2, metricsPerDevice: 1 };
  const log = createLogger({ name: 'test', level: 'silent' });
  const devices = createDeviceRegistry({ shelf, clock, log, limits });
  await devices.start(new AbortController().signal);
  const states: string[] = [];
  devices.onChange(({ id, state, stateReason }) =>
    states.push(`${id} ${state}${stateReason ? ` ${stateReason}` : ''}`),
  );
  const now = (): number => clock.now();
  return { shelf, clock, devices, states, now };
}

describe('device registry', () => {
  it('calls a device stale after three silent intervals, and online when it speaks', async () => {
    const { clock, devices, states, now } = await registry();
    devices.gatewayOnline('gw', now(), '1');
    devices.deviceOnline(birth('gw', 'a'), now());
    await clock.advance(25_000);
    devices.seen('gw', 'a', now());
    await clock.advance(29_000);
    expect(states).toEqual(['a online']);
    await clock.advance(3000);
    expect(states).toEqual(['a online', 'a stale silent']);
    clock.jump(now() + 3_600_000);
    devices.seen('gw', 'a', now());
    expect(states.at(-1)).toBe('a online');
    expect(devices.device('a')).toMatchObject({ since: now(), lastSeenAt: now(), stateReason: null });
    await clock.advance(100_000);
    expect(devices.gateways()).toMatchObject([{ state: 'stale' }]);
    await devices.stop();
  });

  it('field: devices are found offline each by its own rule, and the alarm carries the time of the data', async () => {
    const { clock, devices, states, now } = await registry();
    const start = now();
    devices.gatewayOnline('gw', start, '1');
    devices.deviceOnline(birth('gw', 'quick', 10_000), start);
    devices.deviceOnline(birth('gw', 'slow', 60_000), start);
    await clock.advance(8000);
    for (const id of ['quick', 'slow']) devices.seen('gw', id, now());
    await clock.advance(40_000);
    expect(states).toEqual(['quick online', 'slow online', 'quick stale silent']);
    expect(devices.device('quick')).toMatchObject({ since: start + 8000, lastSeenAt: start + 8000 });
    // A backlog drains: what was said long ago is no sign of life, and shows until when the device spoke.
    devices.seen('gw', 'quick', now(), start + 15_000);
    expect(devices.device('quick')).toMatchObject({ state: 'stale', lastSeenAt: start + 15_000 });
    devices.seen('gw', 'quick', now(), now() - 20_000);
    expect(states.at(-1)).toBe('quick online');
    await clock.advance(12_000);
    expect(states.at(-1)).toBe('quick stale silent');
    await clock.advance(130_000);
    expect(states.at(-1)).toBe('slow stale silent');
    expect(devices.device('slow')).toMatchObject({ since: start + 8000 });
    await devices.stop();
  });

  it('is not misled by a wall clock that jumps', async () => {
    const { clock, devices, states, now } = await registry();
    devices.deviceOnline(birth('gw', 'a'), now());
    clock.jump(now() + 86_400_000);
    await clock.advance(5000);
    expect(states).toEqual(['a online']);
    await devices.stop();
  });

  it('refuses a second gateway while the first is online, and lets it have the device afterwards', async () => {
    const { devices, now } = await registry();
    devices.gatewayOnline('one', now(), null);
    devices.gatewayOnline('two', now(), null);
    devices.deviceOnline(birth('one', 'a'), now());
    expect(() => devices.deviceOnline(birth('two', 'a'), now())).toThrow(
      expect.objectContaining({ code: 'SANDBOX_REGISTRY_DEVICE_CLAIMED' }),
    );
    expect([devices.owns('one', 'a'), devices.owns('two', 'a')]).toEqual([true, false]);
    expect(devices.mayClaim('two', 'a')).toBe(false);
    devices.deviceOffline('two', 'a', now(), 'death');
    expect(devices.device('a')?.state).toBe('online');
    devices.gatewayOffline('one', now(), 'gateway_offline');
    expect([devices.mayClaim('two', 'a'), devices.mayClaim('one', 'a')]).toEqual([true, false]);
    devices.deviceOnline(birth('two', 'a'), now());
    expect(devices.device('a')).toMatchObject({ gateway: 'two', state: 'online' });
    await devices.stop();
  });

  it('holds no more than its limits, and only ids that are allowed', async () => {
    const { devices, now } = await registry();
    const full = expect.objectContaining({ code: 'SANDBOX_REGISTRY_FULL' }) as Error;
    for (const id of ['a', 'b']) {
      devices.gatewayOnline(id, now(), null);
      devices.deviceOnline(birth('a', id), now());
    }
    expect(() => devices.gatewayOnline('c', now(), null)).toThrow(full);
    expect(() => devices.deviceOnline(birth('a', 'c'), now())).toThrow(full);
    const { metrics } = birth('a', 'a');
    expect(() =>
      devices.deviceOnline({ ...birth('a', 'a'), metrics: [...metrics, ...metrics] }, now()),
    ).toThrow(full);
    for (const id of ['', 'A', 'a b', 'x'.repeat(65), '../a']) {
      const invalid = expect.objectContaining({ code: 'SANDBOX_REGISTRY_ID_INVALID' }) as Error;
      expect(() => devices.deviceOnline(birth('a', id), now())).toThrow(invalid);
      expect(() => devices.gatewayOnline(id, now(), null)).toThrow(invalid);
    }
    await devices.stop();
  });

  it('shows what it knew after a restart, and writes again what could not be written', async () => {
    const { shelf, clock, devices, now } = await registry();
    shelf.broken = true;
    devices.gatewayOnline('gw', now(), '2');
    devices.deviceOnline(birth('gw', 'a'), now());
    devices.stored('gw', 3, 17);
    await clock.advance(2000);
    expect(shelf.documents.size).toBe(0);
    shelf.broken = false;
    devices.deviceOffline('gw', 'a', now(), 'death');
    await devices.stop();
    const again = await registry(shelf);
    const offline: Partial<DeviceRecord> = { state: 'offline', stateReason: 'death', name: 'a' };
    expect(again.devices.devices()).toMatchObject([offline]);
    expect(again.devices.gateways()).toMatchObject([
      { id: 'gw', batchesStored: 3, lastBatch: 17, version: '2' },
    ]);
    await again.devices.stop();
  });

  it('writes seldom while devices only speak', async () => {
    const { shelf, clock, devices, now } = await registry();
    devices.gatewayOnline('gw', now(), null);
    devices.deviceOnline(birth('gw', 'a'), now());
    for (let second = 0; second < 30; second++) {
      devices.seen('gw', 'a', now());
      await clock.advance(1000);
    }
    expect(shelf.writes).toBeLessThanOrEqual(5);
    await devices.stop();
  });
});
