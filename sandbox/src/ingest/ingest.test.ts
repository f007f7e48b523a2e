import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { DataType, encodePayload } from '@city-testbed/sparkplug';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sandboxError } from '../errors.ts';
import { startDataPlane, type DataPlane, type DataPlaneOptions } from '../fixtures/data-plane.ts';
import { startBroker, type TestBroker } from '../fixtures/test-broker.ts';
import { TestEdge } from '../fixtures/test-edge.ts';

vi.setConfig({ testTimeout: 20_000 });
const soon = { timeout: 8000, interval: 10 };
const all = (device: string) => ({ grants: [{ device, metrics: null }], limit: 10_000 });

describe('ingest at a real broker', () => {
  let broker: TestBroker;
  const open: { close(): Promise<unknown> }[] = [];
  beforeEach(async () => {
    broker = await startBroker();
    open.push(broker);
  });
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function plane(options: Partial<DataPlaneOptions> = {}): Promise<DataPlane> {
    const started = await startDataPlane({ url: broker.url, ...options });
    open.push({ close: () => started.stop() });
    await vi.waitFor(() => expect(started.link.connected).toBe(true), soon);
    return started;
  }

  async function edge(node: string, devices: readonly string[], url = broker.url): Promise<TestEdge> {
    const connected = await TestEdge.connect(
      url,
      node,
      devices.map((id) => ({ id })),
    );
    open.push(connected);
    return connected;
  }

  async function born({ registry }: DataPlane, ...devices: string[]): Promise<void> {
    await vi.waitFor(
      () => expect(devices.map((id) => registry.device(id)?.state)).toEqual(devices.map(() => 'online')),
      soon,
    );
  }

  it('fills the registry from births', async () => {
    const sandbox = await plane();
    await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    expect(sandbox.registry.device('a')).toMatchObject({
      gateway: 'gw-1',
      name: 'Device a',
      profile: 'eastron/sdm120',
      location: { lat: 47.66, lon: 23.58, place: 'Piața Libertății' },
      stateReason: null,
      metrics: [
        { name: 'temperature', type: 'number', unit: '°C', low: -40, high: 85, intervalMs: 60_000 },
        { name: 'count', type: 'number', unit: null, low: null, high: null },
        { name: 'on', type: 'boolean' },
        { name: 'mode', type: 'string' },
      ],
    });
    expect(sandbox.registry.gateways()).toMatchObject([{ id: 'gw-1', state: 'online', version: '1.2.3' }]);
  });

  it('stores data with its quality, confirms it after the commit, and a re-send once more without storing it twice', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const at = Date.now() - 60_000;
    const quality = {
      Quality: { type: DataType.Int32, value: 0 },
      QualityReason: { type: DataType.String, value: 'no_response' },
    };
    const values = [
      { name: 'temperature', value: 21.5, timestamp: at },
      { name: 'on', value: true, timestamp: at, isHistorical: true },
      { name: 'count', value: null, timestamp: at, properties: quality },
    ];
    gateway.send('a', 7, values);
    gateway.send('a', 8, [{ name: 'mode', value: 'eco', timestamp: at + 1 }]);
    await vi.waitFor(() => expect([...gateway.confirmed].sort()).toEqual([7, 8]), soon);
    gateway.send('a', 7, values);
    await vi.waitFor(() => expect([...gateway.confirmed].sort()).toEqual([7, 7, 8]), soon);
    const { items } = await sandbox.store.readings(all('a'));
    expect(
      items.map(({ metric, value, quality: q, reason, historical }) => [
        metric,
        value,
        q,
        reason,
        historical,
      ]),
    ).toEqual([
      ['on', true, 'good', null, true],
      ['temperature', 21.5, 'good', null, false],
      ['count', null, 'bad', 'no_response', false],
      ['mode', 'eco', 'good', null, false],
    ]);
    expect(sandbox.registry.gateways()).toMatchObject([{ batchesStored: 3, lastBatch: 8 }]);
  });

  it("takes the gateway's word that a device does not answer for no sign of life", async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const seenAt = (): number | null | undefined => sandbox.registry.device('a')?.lastSeenAt;
    gateway.send('a', 1, [{ name: 'count', value: 1n, timestamp: Date.now() }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    const answered = seenAt();
    const silent = {
      Quality: { type: DataType.Int32, value: 0 },
      QualityReason: { type: DataType.String, value: 'no_response' },
    };
    gateway.send('a', 2, [{ name: 'count', value: null, timestamp: Date.now() + 1, properties: silent }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1, 2]), soon);
    expect(answered).toBeTypeOf('number');
    expect(seenAt()).toBe(answered);
  });

  it('confirms in groups: many batches, few messages', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const at = Date.now() - 500_000;
    for (let n = 0; n < 500; n++)
      gateway.send('a', n, [{ name: 'count', value: BigInt(n), timestamp: at + n }]);
    await vi.waitFor(() => expect(new Set(gateway.confirmed).size).toBe(500), soon);
    expect(sandbox.ingest.counters().confirmations).toBeLessThan(50);
    expect((await sandbox.store.readings(all('a'))).items.map(({ value }) => value)).toEqual(
      Array.from({ length: 500 }, (_, n) => n),
    );
  });

  it('takes devices offline with their gateway, and alone', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a', 'b']);
    await born(sandbox, 'a', 'b');
    gateway.deviceDied('a');
    await vi.waitFor(
      () => expect(sandbox.registry.device('a')).toMatchObject({ state: 'offline', stateReason: 'death' }),
      soon,
    );
    expect(sandbox.registry.device('b')?.state).toBe('online');
    gateway.cut();
    await vi.waitFor(
      () =>
        expect(sandbox.registry.device('b')).toMatchObject({
          state: 'offline',
          stateReason: 'gateway_offline',
        }),
      soon,
    );
    expect(sandbox.registry.gateways()).toMatchObject([{ state: 'offline' }]);
  });

  it('lives on through garbage on any topic', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const endless = encodePayload({
      seq: 1,
      timestamp: 1,
      metrics: [{ name: 'x', datatype: DataType.Int32, value: 1 }],
    });
    const topics = [
      ...[
        'spBv1.0/baia-mare/DDATA/gw-1/a',
        'spBv1.0/baia-mare/NBIRTH/gw-1',
        'spBv1.0/baia-mare/NBIRTH/stranger',
      ],
      ...['spBv1.0/baia-mare/DBIRTH/gw-1/b', 'spBv1.0/x', 'spBv1.0//DDATA//', 'spBv1.0/baia-mare/NOPE/gw-1'],
      ...['spBv1.0/STATE/sandbox', 'spBv1.0/baia-mare/NDEATH/gw-1', '$city/events', 'pilots/p/live/out/x'],
    ];
    for (const topic of topics) {
      for (const payload of [
        '',
        'not protobuf',
        Buffer.alloc(5000, 0xff),
        Buffer.from(endless).subarray(0, 9),
      ]) {
        await gateway.raw(topic, payload);
      }
    }
    await vi.waitFor(() => {
      const faults = [...sandbox.ingest.counters().faults];
      expect(faults.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(20);
      expect(faults.map(([code]) => code)).toContain('SPARKPLUG_TOPIC_INVALID');
      expect(faults.map(([code]) => code)).toContain('SPARKPLUG_PAYLOAD_MALFORMED');
    }, soon);
    expect(sandbox.refused).toContainEqual({ device: 'a', code: 'SPARKPLUG_PAYLOAD_MALFORMED' });
    const other = await edge('gw-2', ['c']);
    await born(sandbox, 'c');
    other.send('c', 1, [{ name: 'count', value: 1n, timestamp: Date.now() }]);
    await vi.waitFor(() => expect(other.confirmed).toEqual([1]), soon);
  });

  it('leaves out a reading that cannot be stored, and confirms its batch', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    gateway.send('a', 1, [
      { name: 'count', value: 1n, timestamp: 2 ** 42 },
      { name: 'mode', value: 'x'.repeat(5000), timestamp: Date.now() },
      { name: 'temperature', value: 1.5, timestamp: Date.now() },
    ]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    expect((await sandbox.store.readings(all('a'))).items.map(({ metric }) => metric)).toEqual([
      'temperature',
    ]);
    expect(sandbox.ingest.counters().faults.get('SANDBOX_INGEST_READING_INVALID')).toBe(2);
    expect(sandbox.refused).toEqual([{ device: 'a', code: 'SANDBOX_INGEST_READING_INVALID' }]);
  });

  it('keeps a reading whose time cannot be right, since its own clock may be the wrong one, and says so', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const ahead = Date.now() + 3 * 24 * 3_600_000;
    gateway.send('a', 1, [
      { name: 'count', value: 7n, timestamp: ahead },
      { name: 'temperature', value: 1.5, timestamp: 5000 },
      { name: 'on', value: true, timestamp: 2 ** 42 },
    ]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    const { items } = await sandbox.store.readings(all('a'));
    expect(items.map(({ metric, value, observedAt }) => [metric, value, observedAt])).toEqual([
      ['count', 7, ahead],
      ['temperature', 1.5, 5000],
    ]);
    const codes = ['SANDBOX_INGEST_READING_INVALID', 'SANDBOX_INGEST_TIME_ODD']; // 2 ** 42: past what a key holds
    expect(sandbox.refused).toEqual(codes.map((code) => ({ device: 'a', code })));
  });

  it('goes on for all others when a gateway declares its confirmation metric with another data type', async () => {
    const sandbox = await plane();
    const odd = await TestEdge.connect(broker.url, 'gw-odd', [{ id: 'odd' }], DataType.String);
    open.push(odd);
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'odd', 'a');
    odd.send('odd', 1, [{ name: 'count', value: 1n, timestamp: Date.now() }]);
    await vi.waitFor(
      () => expect(sandbox.ingest.counters().faults.get('SPARKPLUG_VALUE_TYPE')).toBe(1),
      soon,
    );
    gateway.send('a', 1, [{ name: 'count', value: 2n, timestamp: Date.now() }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    expect((await sandbox.store.latest(['odd'])).map(({ value }) => value)).toEqual([1]);
    expect(odd.confirmed).toEqual([]);
  });

  it('stores what an edge node sends that numbers no batches', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    gateway.send('a', null, [{ name: 'count', value: 5n, timestamp: Date.now() }]);
    await vi.waitFor(
      async () => expect((await sandbox.store.latest(['a'])).map(({ value }) => value)).toEqual([5]),
      soon,
    );
    expect(gateway.confirmed).toEqual([]);
  });

  it('refuses a device that another gateway has, and stores and confirms nothing of it there', async () => {
    const sandbox = await plane();
    const first = await edge('gw-1', ['shared']);
    await born(sandbox, 'shared');
    const second = await edge('gw-2', ['shared', 'own']);
    await born(sandbox, 'own');
    expect(sandbox.refused).toEqual([{ device: 'shared', code: 'SANDBOX_REGISTRY_DEVICE_CLAIMED' }]);
    const at = Date.now();
    second.send('shared', 1, [{ name: 'count', value: 666n, timestamp: at }]);
    second.send('own', 2, [{ name: 'count', value: 2n, timestamp: at }]);
    first.send('shared', 1, [{ name: 'count', value: 1n, timestamp: at }]);
    await vi.waitFor(() => expect([first.confirmed, second.confirmed]).toEqual([[1], [2]]), soon);
    expect((await sandbox.store.latest(['shared'])).map(({ value }) => value)).toEqual([1]);
  });

  it('takes a device that moved to another gateway from there, as soon as the first has let go of it', async () => {
    const sandbox = await plane();
    const first = await edge('gw-1', ['moved']);
    await born(sandbox, 'moved');
    const second = await edge('gw-2', ['moved', 'own']);
    await born(sandbox, 'own');
    first.cut();
    await vi.waitFor(() => expect(sandbox.registry.device('moved')?.state).toBe('offline'), soon);
    const values = [{ name: 'count', value: 2n, timestamp: Date.now() }];
    second.send('moved', 1, values);
    await vi.waitFor(
      () => expect(sandbox.registry.device('moved')).toMatchObject({ gateway: 'gw-2', state: 'online' }),
      soon,
    );
    second.send('moved', 1, values);
    await vi.waitFor(() => expect(second.confirmed).toEqual([1]), soon);
  });

  it('does not confirm a batch with a metric that it does not know, asks for births, and takes it whole after them', async () => {
    const sandbox = await plane();
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const at = Date.now();
    const metrics = [
      { name: 'Batch', datatype: DataType.UInt64, value: 7n },
      { name: 'count', datatype: DataType.UInt64, value: 1n, timestamp: at },
      { name: 'not-declared', datatype: DataType.UInt64, value: 2n, timestamp: at },
    ];
    const { births } = gateway;
    // 2: after NBIRTH and DBIRTH.
    await gateway.raw('spBv1.0/baia-mare/DDATA/gw-1/a', Buffer.from(encodePayload({ seq: 2, metrics })));
    await vi.waitFor(() => expect(gateway.births).toBeGreaterThan(births), soon);
    await vi.waitFor(async () => expect(await sandbox.store.latest(['a'])).toHaveLength(1), soon);
    gateway.send('a', 8, [{ name: 'count', value: 3n, timestamp: at + 1 }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([8]), soon);
    gateway.send('a', 7, [
      { name: 'count', value: 1n, timestamp: at },
      { name: 'on', value: true, timestamp: at },
    ]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([8, 7]), soon);
    expect((await sandbox.store.readings(all('a'))).items).toHaveLength(3);
  });

  it('does not confirm what the store refuses, says that it is down, and takes it when it is sent again', async () => {
    let full = true;
    const sandbox = await plane({
      append: (store) => (batches) =>
        full ? Promise.reject(sandboxError('SANDBOX_STORE_DISK_FULL', 'test')) : store.append(batches),
    });
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const values = [{ name: 'count', value: 1n, timestamp: Date.now() }];
    gateway.send('a', 1, values);
    await vi.waitFor(
      () =>
        expect(sandbox.ingest.state()).toMatchObject({
          up: false,
          detail: expect.stringContaining('SANDBOX_STORE_DISK_FULL') as string,
        }),
      soon,
    );
    expect(sandbox.ingest.counters()).toMatchObject({ turnedAway: 1, waitingReadings: 0 });
    expect(gateway.confirmed).toEqual([]);
    full = false;
    gateway.send('a', 1, values);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    expect(sandbox.ingest.state().up).toBe(true);
  });

  it('turns away what goes over its queue while the store lags, and confirms only what was stored', async () => {
    const held: (() => void)[] = [];
    let holding = true;
    const sandbox = await plane({
      queuedReadings: 5,
      append: (store) => async (batches) => {
        if (holding) await new Promise<void>((resolve) => held.push(resolve));
        return store.append(batches);
      },
    });
    const gateway = await edge('gw-1', ['a']);
    await born(sandbox, 'a');
    const at = Date.now() - 100_000;
    const send = (n: number): void =>
      gateway.send('a', n, [{ name: 'count', value: BigInt(n), timestamp: at + n }]);
    for (let n = 0; n < 20; n++) send(n);
    await vi.waitFor(() => expect(sandbox.ingest.counters().turnedAway).toBe(15), soon);
    expect(sandbox.ingest.counters().waitingReadings).toBe(5);
    holding = false;
    for (const release of held) release();
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([0, 1, 2, 3, 4]), soon);
    for (let n = 5; n < 10; n++) send(n);
    await vi.waitFor(() => expect(gateway.confirmed).toHaveLength(10), soon);
    expect((await sandbox.store.readings(all('a'))).items).toHaveLength(10);
  });

  it('shows after a restart what it knew, asks for births, and goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-restart-'));
    const remove = (): Promise<void> => rm(folder, { recursive: true });
    open.push({ close: remove });
    const first = await startDataPlane({ url: broker.url, folder });
    const gateway = await edge('gw-1', ['a']);
    await born(first, 'a');
    gateway.send('a', 1, [{ name: 'count', value: 1n, timestamp: 1_700_000_000_000 }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    await first.stop();
    const births = gateway.births;
    const second = await plane({ folder });
    expect(second.registry.device('a')).toMatchObject({ name: 'Device a', gateway: 'gw-1' });
    await vi.waitFor(() => expect(gateway.births).toBeGreaterThan(births), soon);
    gateway.send('a', 2, [{ name: 'count', value: 2n, timestamp: 1_700_000_000_001 }]);
    await vi.waitFor(() => expect(gateway.confirmed).toContain(2), soon);
    expect((await second.store.readings(all('a'))).items.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('hears its gateways again after a restart with its clock gone back', async () => {
    const sayer = await edge('gw-0', []);
    const state = 'spBv1.0/STATE/sandbox';
    const ahead = Date.now() + 3_600_000;
    await sayer.raw(state, JSON.stringify({ online: false, timestamp: ahead }), true);
    const watch = await connectAsync(broker.url, { reconnectPeriod: 0 });
    open.push({ close: () => watch.endAsync(true) });
    const heard: unknown[] = [];
    watch.on('message', (_, payload) => heard.push(JSON.parse(payload.toString())));
    await watch.subscribeAsync(state, { qos: 1 });
    const sandbox = await plane();
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ online: true, timestamp: ahead + 1 }), soon);
    expect(sandbox.link.counters().connects).toBe(2);
    expect(sandbox.ingest.counters().faults.get('SPARKPLUG_STATE_AHEAD')).toBe(1);
    await edge('gw-1', ['a']);
    await born(sandbox, 'a');
  });

  it('starts without a broker, connects when there is one, and again after it was lost', async () => {
    const { port } = broker;
    await broker.close();
    open.splice(0);
    const sandbox = await startDataPlane({ url: `mqtt://127.0.0.1:${port}` });
    open.push({ close: () => sandbox.stop() });
    expect(sandbox.link.connected).toBe(false);
    for (const device of ['a', 'b']) {
      const again = await startBroker(port);
      await vi.waitFor(() => expect(sandbox.link.connected).toBe(true), soon);
      const gateway = await TestEdge.connect(again.url, 'gw-1', [{ id: device }]);
      await born(sandbox, device);
      await gateway.close();
      await again.close();
      await vi.waitFor(() => expect(sandbox.link.connected).toBe(false), soon);
    }
  });
});
