import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PilotMessage } from '../contract/index.ts';
import { startDataPlane, type DataPlane } from '../fixtures/data-plane.ts';
import { startBroker, type TestBroker } from '../fixtures/test-broker.ts';
import { TestEdge } from '../fixtures/test-edge.ts';

vi.setConfig({ testTimeout: 20_000 });
const soon = { timeout: 8000, interval: 10 };

/** A pilot's service: a plain MQTT client on the pilot's prefix. */
async function service(url: string, pilot: string): Promise<MqttClient & { heard: [string, unknown][] }> {
  const client = await connectAsync(url, { clientId: `service-${pilot}-${Math.random()}` });
  const heard: [string, unknown][] = [];
  client.on('message', (topic, payload) => {
    const text = payload.toString();
    heard.push([
      topic.replace(`pilots/${pilot}/live/`, ''),
      text === '' ? null : (JSON.parse(text) as unknown),
    ]);
  });
  // Not its own outputs: some of them are meant not to be JSON.
  const filters = ['devices/#', 'commands/#'].map((below) => `pilots/${pilot}/live/${below}`);
  await client.subscribeAsync(filters, { qos: 1 });
  return Object.assign(client, { heard });
}

describe('streams of pilots at a real broker', () => {
  let broker: TestBroker;
  let sandbox: DataPlane;
  let edge: TestEdge;
  const clients: MqttClient[] = [];
  const at = Date.now() - 30_000;

  beforeEach(async () => {
    broker = await startBroker();
    sandbox = await startDataPlane({ url: broker.url, recentMessages: 3 });
    await vi.waitFor(() => expect(sandbox.link.connected).toBe(true), soon);
    edge = await TestEdge.connect(broker.url, 'gw-1', [{ id: 'a' }, { id: 'b' }]);
    await vi.waitFor(() => expect(sandbox.registry.device('b')?.state).toBe('online'), soon);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
    await edge.close();
    await sandbox.stop();
    await broker.close();
  });
  const join = async (pilot: string) => {
    const client = await service(broker.url, pilot);
    clients.push(client);
    return client;
  };
  const values = (heard: [string, unknown][]) =>
    heard
      .filter(([topic]) => topic.endsWith('/readings'))
      .map(([, update]) => update as { readings: object; historical: boolean });

  it('gives each pilot the granted metrics of the granted devices, after they are stored', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: ['temperature', 'on'] }]);
    sandbox.pilots.grant('same', [{ device: 'a', metrics: ['on', 'temperature'] }]);
    sandbox.pilots.grant('whole', [
      { device: 'a', metrics: null },
      { device: 'b', metrics: ['mode'] },
    ]);
    const [air, same, whole] = [await join('air'), await join('same'), await join('whole')];
    edge.send('a', 1, [
      { name: 'temperature', value: 20.5, timestamp: at },
      { name: 'count', value: 3n, timestamp: at },
      { name: 'on', value: null, timestamp: at + 1, isHistorical: true },
    ]);
    edge.send('b', 2, [{ name: 'count', value: 9n, timestamp: at }]);
    edge.send('b', 3, [{ name: 'mode', value: 'last', timestamp: at }]);
    await vi.waitFor(() => expect(values(whole.heard)).toHaveLength(3), soon);
    await vi.waitFor(() => expect(values(air.heard)).toHaveLength(2), soon);
    const late = { on: { value: null, unit: null, quality: 'bad', reason: 'no_value' } };
    const temperature = { value: 20.5, unit: '°C', quality: 'good' };
    expect(values(air.heard)).toEqual([
      expect.objectContaining({ device: 'a', source: 'live', historical: true, readings: late }),
      expect.objectContaining({
        observedAt: new Date(at).toISOString(),
        historical: false,
        readings: { temperature },
      }),
    ]);
    expect(values(same.heard)).toEqual(values(air.heard));
    expect(values(whole.heard)[1]?.readings).toEqual({
      temperature,
      count: { value: 3, unit: null, quality: 'good' },
    });
    expect(values(whole.heard)[2]).toMatchObject({ device: 'b', readings: { mode: { value: 'last' } } });
    expect(air.heard.some(([topic]) => topic.includes('devices/b'))).toBe(false);
  });

  it('does not send a re-sent batch again', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: null }]);
    const air = await join('air');
    for (const [batch, n] of [
      [1, 1],
      [1, 1],
      [2, 2],
    ] as const) {
      edge.send('a', batch, [{ name: 'count', value: BigInt(n), timestamp: at + n }]);
    }
    await vi.waitFor(() => expect(edge.confirmed).toContain(2), soon);
    await vi.waitFor(() => expect(values(air.heard)).toHaveLength(2), soon);
  });

  it('keeps the status retained, and tells its changes', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: ['on'] }]);
    const air = await join('air');
    const status = (online: boolean) => [
      'devices/a/status',
      expect.objectContaining({ device: 'a', online }) as object,
    ];
    await vi.waitFor(() => expect(air.heard).toContainEqual(status(true)), soon);
    edge.deviceDied('a');
    await vi.waitFor(
      () =>
        expect(air.heard.at(-1)).toEqual([
          'devices/a/status',
          expect.objectContaining({ online: false, reason: 'death' }) as object,
        ]),
      soon,
    );
    const later = await join('air');
    await vi.waitFor(() => expect(later.heard).toContainEqual(status(false)), soon);
  });

  it('follows a change of the agreement at once: new metrics come, others end with their status', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: null }]);
    const air = await join('air');
    await vi.waitFor(() => expect(air.heard).toHaveLength(1), soon);
    sandbox.pilots.grant('air', [{ device: 'b', metrics: ['count'] }]);
    await vi.waitFor(() => {
      expect(air.heard).toContainEqual(['devices/a/status', null]);
      expect(air.heard).toContainEqual(['devices/b/status', expect.objectContaining({ device: 'b' })]);
    }, soon);
    edge.send('a', 1, [{ name: 'count', value: 1n, timestamp: at }]);
    edge.send('b', 2, [{ name: 'count', value: 2n, timestamp: at }]);
    await vi.waitFor(() => expect(values(air.heard)).toMatchObject([{ device: 'b' }]), soon);
    sandbox.pilots.grant('air', null);
    await vi.waitFor(() => expect(air.heard).toContainEqual(['devices/b/status', null]), soon);
    const later = await join('air');
    edge.send('b', 3, [{ name: 'count', value: 3n, timestamp: at + 1 }]);
    await vi.waitFor(() => expect(edge.confirmed).toContain(3), soon);
    expect(later.heard).toEqual([]);
  });

  it('clears what an agreement that ended meanwhile left retained at the broker', async () => {
    const writer = await join('air');
    await writer.publishAsync('pilots/air/live/devices/a/status', '{"old":true}', { retain: true, qos: 1 });
    await sandbox.stop();
    sandbox = await startDataPlane({ url: broker.url });
    await vi.waitFor(() => expect(writer.heard).toContainEqual(['devices/a/status', null]), soon);
  });

  it('keeps what a service publishes on out/, and refuses what is not JSON, too large or badly named', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: null }]);
    const seen: PilotMessage[] = [];
    sandbox.streams.onPilot('air', (message) => message.direction === 'send' && seen.push(message));
    const air = await join('air');
    const say = (topic: string, text: string) =>
      air.publishAsync(`pilots/air/live/${topic}`, text, { qos: 1 });
    await say('out/alert', '{"level":3}');
    await say('out/alert', 'not json');
    await say('out/Bad Name', '{}');
    await say('out/large', JSON.stringify('x'.repeat(3000)));
    await air.publishAsync('pilots/unknown/live/out/alert', '{}', { qos: 1 });
    await vi.waitFor(() => expect(seen).toHaveLength(4), soon);
    expect(sandbox.pilots.outputs).toEqual([{ pilot: 'air', name: 'alert', payload: { level: 3 } }]);
    expect(seen.map(({ topic, accepted, reason }) => [topic, accepted, reason]).sort()).toEqual([
      ['out/Bad Name', false, 'SANDBOX_OUTPUT_MALFORMED'],
      ['out/alert', false, 'SANDBOX_OUTPUT_MALFORMED'],
      ['out/alert', true, null],
      ['out/large', false, 'SANDBOX_OUTPUT_TOO_LARGE'],
    ]);
    expect(sandbox.pilots.events.map(({ pilot, kind, code }) => [pilot, kind, code]).sort()).toEqual([
      ['air', 'refused', 'SANDBOX_OUTPUT_MALFORMED'],
      ['air', 'refused', 'SANDBOX_OUTPUT_MALFORMED'],
      ['air', 'refused', 'SANDBOX_OUTPUT_TOO_LARGE'],
    ]);
    expect(sandbox.streams.recent('air')).toHaveLength(3); // bounded
  });

  it('answers every command with why it is not done', async () => {
    sandbox.pilots.grant('air', [{ device: 'a', metrics: null }]);
    const air = await join('air');
    await air.publishAsync('pilots/air/live/commands/a/on', '{"id":"c1","value":true}', { qos: 1 });
    await air.publishAsync('pilots/air/live/commands/a/on', '{"value":{}}', { qos: 1 });
    const answer = (id: string | null, code: string) => [
      'commands/a/on/result',
      expect.objectContaining({ id, accepted: false, code }) as object,
    ];
    await vi.waitFor(() => {
      expect(air.heard).toContainEqual(answer('c1', 'SANDBOX_COMMAND_NOT_GRANTED'));
      expect(air.heard).toContainEqual(answer(null, 'SANDBOX_COMMAND_MALFORMED'));
    }, soon);
    expect(sandbox.pilots.events.map(({ code }) => code)).toEqual([
      'SANDBOX_COMMAND_NOT_GRANTED',
      'SANDBOX_COMMAND_MALFORMED',
    ]);
  });

  it('tells the API of everything that is stored, and of states', async () => {
    const events: string[] = [];
    const stop = sandbox.streams.onDevice((event) =>
      events.push(
        'readings' in event
          ? `readings ${event.readings.device}`
          : `status ${event.status.device} ${event.status.online}`,
      ),
    );
    edge.send('b', 1, [{ name: 'count', value: 1n, timestamp: at }]);
    await vi.waitFor(() => expect(events).toEqual(['readings b']), soon);
    edge.deviceDied('a');
    await vi.waitFor(() => expect(events).toEqual(['readings b', 'status a false']), soon);
    stop();
    edge.send('b', 2, [{ name: 'count', value: 2n, timestamp: at + 1 }]);
    await vi.waitFor(() => expect(edge.confirmed).toContain(2), soon);
    expect(events).toHaveLength(2);
  });

  it('tells the broker of revocations at once and on each connect, and hears whom it refused', async () => {
    const listener = await connectAsync(broker.url);
    clients.push(listener);
    const heard: string[][] = [];
    listener.on('message', (topic, payload) =>
      heard.push((JSON.parse(payload.toString()) as { credentials: string[] }).credentials),
    );
    await listener.subscribeAsync('$city/revocations');
    sandbox.revoke(['token-1']);
    await vi.waitFor(() => expect(heard).toEqual([['token-1']]), soon);
    const event = {
      at: new Date(at).toISOString(),
      kind: 'cut',
      clientId: 'x',
      reason: 'too_many_messages',
      detail: '200 a second',
    };
    const principal = { id: 't', kind: 'service', pilot: 'air' };
    await listener.publishAsync(
      '$city/events',
      JSON.stringify({ ...event, principal: { id: 'g', kind: 'gateway' } }),
      { qos: 1 },
    );
    await listener.publishAsync('$city/events', JSON.stringify({ ...event, principal }), { qos: 1 });
    await vi.waitFor(
      () =>
        expect(sandbox.pilots.events).toEqual([
          { pilot: 'air', at, kind: 'cut', code: 'too_many_messages', detail: '200 a second' },
        ]),
      soon,
    );
  });
});
