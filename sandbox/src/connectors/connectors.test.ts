import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, ManualClock, seededRandom } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectorConfig } from '../config/index.ts';
import { deviceRecord, FakeRegistry, FakeStreams, message, update } from '../fixtures/fakes.ts';
import { createRegistryDatabase, type RegistryDatabase } from '../registry/registry-database.ts';
import type { Connectors } from './connectors.ts';
import { createConnectors } from './create-connectors.ts';
import { entityOf, mergeEntities } from './ngsi-ld-entity.ts';

interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
interface Reply {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** A real HTTP server that keeps what it hears and answers what the test says. */
async function targetServer() {
  const heard: Received[] = [];
  const waiting: (() => void)[] = [];
  const target = {
    url: '',
    heard,
    reply: (received: Received): Reply => ({
      status: received.method === 'OPTIONS' ? 200 : 204,
      headers: { 'webhook-allowed-origin': '*' },
    }),
    /** Waits until so many requests of this method were heard. */
    async count(method: string, count: number): Promise<Received[]> {
      for (;;) {
        const hits = heard.filter((received) => received.method === method);
        if (hits.length >= count) return hits;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const received = { method: request.method!, path: request.url!, headers: request.headers, body };
      const reply = target.reply(received);
      response.writeHead(reply.status, { connection: 'close', ...reply.headers }).end(reply.body);
      heard.push(received);
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return target;
}

let target: Awaited<ReturnType<typeof targetServer>>;
let database: RegistryDatabase;
let streams: FakeStreams;
let connectors: Connectors;
const clock = new ManualClock();
const pace = { flushMs: 1000, firstRetryMs: 1000, longestRetryMs: 60_000 };

beforeEach(async () => {
  target = await targetServer();
  database = createRegistryDatabase(':memory:');
  streams = new FakeStreams();
});
afterEach(async () => {
  await connectors.stop();
  database.close();
  await target.close();
});

function run(config: ConnectorConfig, limits = { waiting: 100, deadLetters: 10 }): Connectors {
  connectors = createConnectors({
    config: {
      site: { id: 'baia-mare' },
      http: { host: '127.0.0.1', publicUrl: 'https://testbed.example' },
      connectors: [config],
    },
    streams,
    registry: new FakeRegistry(deviceRecord('air-1', ['pm2_5', 'pm10']), deviceRecord('air-2', ['pm2_5'])),
    pilots: { list: () => [{ id: 'air' }] as never, onChange: () => () => undefined },
    database,
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    random: seededRandom(1),
    pace,
    limits,
  });
  void connectors.start(new AbortController().signal);
  return connectors;
}
const view = () => connectors.list()[0]!;
/** What the target heard is not yet what the connector made of it: lets its promises run until this holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('NGSI-LD', () => {
  const ngsi = (): ConnectorConfig => ({
    id: 'broker',
    kind: 'ngsi-ld',
    url: `${target.url}/`,
    tenant: 'city',
    headers: { authorization: 'Bearer x' },
  });

  it('upserts the latest value of each device, once, with units and times', async () => {
    run(ngsi());
    streams.device({ readings: update('air-1', { pm2_5: 10, pm10: 20 }, 1000) });
    streams.device({ readings: update('air-1', { pm2_5: 12 }, 2000) });
    streams.device({ readings: { ...update('air-1', { pm2_5: 99 }, 500), historical: true } });
    streams.device({ readings: { ...update('air-2', { pm2_5: 99 }, 500), source: 'synthetic' } });
    await clock.advance(1000);
    const [request] = await target.count('POST', 1);
    expect(request).toMatchObject({
      path: '/ngsi-ld/v1/entityOperations/upsert?options=update',
      headers: { 'content-type': 'application/ld+json', 'ngsild-tenant': 'city', authorization: 'Bearer x' },
    });
    expect(JSON.parse(request!.body)).toEqual([
      expect.objectContaining({
        id: 'urn:ngsi-ld:AirQualityObserved:baia-mare:air-1',
        type: 'AirQualityObserved',
        dateObserved: {
          type: 'Property',
          value: '1970-01-01T00:00:02.000Z',
          observedAt: '1970-01-01T00:00:02.000Z',
        },
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [23.58, 47.66] } },
        pm25: { type: 'Property', value: 12, observedAt: '1970-01-01T00:00:02.000Z' },
        pm10: { type: 'Property', value: 20, observedAt: '1970-01-01T00:00:01.000Z' },
        '@context': expect.arrayContaining([
          'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld',
        ]) as unknown,
      }),
    ]);
    await until(() => view().delivered === 1);
    expect(view()).toMatchObject({ state: 'ok', waiting: 0, target: `${target.url}/` });
  });

  it('reads from a 207 which entities failed', async () => {
    target.reply = () => ({
      status: 207,
      body: JSON.stringify({
        success: [],
        errors: [
          { entityId: 'urn:ngsi-ld:AirQualityObserved:baia-mare:air-2', error: { title: 'no such type' } },
        ],
      }),
    });
    run(ngsi());
    streams.device({ readings: update('air-1', { pm2_5: 1 }) });
    streams.device({ readings: update('air-2', { pm2_5: 2 }) });
    await clock.advance(1000);
    await target.count('POST', 1);
    await until(() => view().deadLetters === 1);
    expect(view()).toMatchObject({ delivered: 1, waiting: 0, lastError: '{"title":"no such type"}' });
    expect(connectors.deadLetters('broker')).toMatchObject([
      { attempts: 1, error: '{"title":"no such type"}', payload: { type: 'AirQualityObserved' } },
    ]);
  });

  it('finds the one entity for which a whole batch is refused', async () => {
    target.reply = ({ body }) =>
      body.includes('air-1') ? { status: 400, body: 'bad entity' } : { status: 201 };
    run(ngsi());
    streams.device({ readings: update('air-2', { pm2_5: 2 }) });
    streams.device({ readings: update('air-1', { pm2_5: 1 }) });
    await clock.advance(1000);
    for (let step = 0; view().deadLetters + view().delivered < 2; step += 1) {
      await clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(view()).toMatchObject({ delivered: 1, deadLetters: 1, waiting: 0 });
    expect(JSON.stringify(connectors.deadLetters('broker'))).toContain('air-1');
  });

  it('keeps the latest values while the target is down, also over a restart, and sends them when it is back', async () => {
    target.reply = () => ({ status: 503 });
    run(ngsi());
    streams.device({ readings: update('air-1', { pm2_5: 1, pm10: 5 }, 1000) });
    await clock.advance(1000);
    await target.count('POST', 1);
    await until(() => view().state === 'retrying');
    streams.device({ readings: update('air-1', { pm2_5: 2 }, 2000) });
    await connectors.stop();
    target.reply = () => ({ status: 204 });
    run(ngsi());
    const posts = await target.count('POST', 2);
    const [entity] = JSON.parse(posts.at(-1)!.body) as { pm25: { value: number }; pm10: { value: number } }[];
    expect([entity!.pm25.value, entity!.pm10.value]).toEqual([2, 5]);
    await until(() => view().waiting === 0);
  });

  it('knows the models by their metrics, and leaves out what is not good', () => {
    const units = () => 'CEL';
    const station = deviceRecord('meteo', ['air_temperature', 'relative_humidity']);
    const reading = update('meteo', { air_temperature: 20, relative_humidity: 55 });
    expect(entityOf(reading, station, 's', units)).toMatchObject({
      type: 'WeatherObserved',
      temperature: { value: 20, unitCode: 'CEL' },
      relativeHumidity: { value: 0.55, unitCode: 'C62' },
    });
    const bad = {
      ...reading,
      readings: { air_temperature: { value: null, unit: null, quality: 'bad' as const } },
    };
    expect(entityOf(bad, station, 's', units)).toBeUndefined();
    const tank = deviceRecord('tank', ['fill_level']);
    expect(entityOf(update('tank', { fill_level: 3 }), tank, 's', units)).toMatchObject({
      type: 'Device',
      fillLevel: { value: 3 },
    });
    const at = (second: number, value: number) =>
      JSON.stringify({ id: 'x', a: { value, observedAt: new Date(second * 1000).toISOString() } });
    expect(mergeEntities(at(2, 2), at(1, 1))).toBe(at(2, 2));
  });
});

describe('CloudEvents', () => {
  const events = (more: object = {}): ConnectorConfig => ({
    id: 'hook',
    kind: 'cloudevents',
    url: `${target.url}/hook?key=secret`,
    hmacKey: 'k',
    ...more,
  });
  const publish = (index: number) => streams.pilot('air', message('out/alert', 'send', { index }));

  it('asks for consent first, then sends each event signed', async () => {
    run(events());
    publish(1);
    streams.pilot('air', { ...message('out/alert', 'send', {}), accepted: false, reason: 'too large' });
    streams.pilot('air', message('devices/air-1/readings', 'receive', { device: 'air-1' }));
    streams.pilot('air', message('commands/air-1/x', 'send', {}));
    await clock.advance(1000);
    const posts = await target.count('POST', 2);
    expect(target.heard[0]).toMatchObject({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'testbed.example' },
    });
    expect(target.heard).toHaveLength(3);
    const [output, readings] = posts.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(output).toMatchObject({
      specversion: '1.0',
      source: '/sites/baia-mare/pilots/air',
      type: 'city-testbed.pilot.output',
      subject: 'out/alert',
      datacontenttype: 'application/json',
      data: { index: 1 },
    });
    expect(readings).toMatchObject({ type: 'city-testbed.device.readings' });
    const { headers, body } = posts[0]!;
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-city-signature']))!;
    expect(mac).toBe(createHmac('sha256', 'k').update(`${seconds!}.${body}`).digest('hex'));
    expect(view().target).toBe(`${target.url}/hook`);
  });

  it('sends nothing without consent', async () => {
    target.reply = ({ method }) => ({
      status: method === 'OPTIONS' ? 200 : 204,
      headers: { 'webhook-allowed-origin': 'other.example' },
    });
    run(events());
    publish(1);
    await clock.advance(1000);
    await target.count('OPTIONS', 1);
    await until(() => view().state === 'retrying');
    await clock.advance(1000);
    await target.count('OPTIONS', 2);
    expect(target.heard.every(({ method }) => method === 'OPTIONS')).toBe(true);
    await until(() => view().lastError !== null);
    expect(view().lastError).toContain('did not consent');
  });

  it('tries again with growing pauses, keeps the order, and gives each event once', async () => {
    let failures = 3;
    const tried: number[] = [];
    const ok = target.reply;
    target.reply = (received) => {
      if (received.method !== 'POST') return ok(received);
      tried.push(clock.now());
      failures -= 1;
      return failures >= 0 ? { status: 500, body: 'down' } : ok(received);
    };
    run(events({ events: ['pilot.output'] }));
    for (const index of [1, 2]) publish(index);
    streams.pilot('air', message('devices/air-1/readings', 'receive', {}));
    await clock.advance(1000);
    while (view().delivered < 2) {
      await clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Full jitter over the upper half: at least half of 1, 2 and 4 seconds.
    const pauses = tried.slice(1, 4).map((at, index) => at - tried[index]!);
    for (const [index, least] of [500, 1000, 2000].entries())
      expect(pauses[index]).toBeGreaterThanOrEqual(least);
    const posts = await target.count('POST', 5);
    const indexes = posts.map(({ body }) => (JSON.parse(body) as { data: { index: number } }).data.index);
    expect(indexes).toEqual([1, 1, 1, 1, 2]);
    await until(() => view().delivered === 2);
    expect(view()).toMatchObject({ state: 'ok', waiting: 0, deadLetters: 0, lastError: null });
  });

  it('makes a dead letter of what is refused for good, and sends it again when asked', async () => {
    const ok = target.reply;
    target.reply = (received) =>
      received.body.includes('"index":1') ? { status: 422, body: 'no' } : ok(received);
    run(events());
    publish(1);
    publish(2);
    await clock.advance(1000);
    await target.count('POST', 2);
    await until(() => view().delivered === 1);
    const [letter] = connectors.deadLetters('hook');
    expect(letter).toMatchObject({ attempts: 1, error: 'HTTP 422: no', payload: { data: { index: 1 } } });
    target.reply = ok;
    connectors.resend('hook', letter!.id, 'staff@example.org');
    const posts = await target.count('POST', 3);
    expect(JSON.parse(posts[2]!.body)).toEqual(letter!.payload);
    await until(() => view().delivered === 2);
    expect(connectors.deadLetters('hook')).toEqual([]);
    expect(() => connectors.resend('hook', letter!.id, 'x')).toThrow(
      expect.objectContaining({ code: 'SANDBOX_CONNECTOR_LETTER_UNKNOWN' }) as Error,
    );
    expect(() => connectors.deadLetters('none')).toThrow(
      expect.objectContaining({ code: 'SANDBOX_CONNECTOR_UNKNOWN' }) as Error,
    );
  });

  it('holds a bounded number while the target is down, and drops the oldest', async () => {
    target.reply = () => ({ status: 503 });
    run(events(), { waiting: 3, deadLetters: 10 });
    for (let index = 0; index < 8; index += 1) publish(index);
    await clock.advance(1000);
    await until(() => view().waiting === 3);
    const kept = database
      .prepare<[], { payload: string }>('SELECT payload FROM connector_queue ORDER BY id')
      .all();
    expect(
      kept.map(({ payload }) => (JSON.parse(payload) as { data: { index: number } }).data.index),
    ).toEqual([5, 6, 7]);
  });
});
