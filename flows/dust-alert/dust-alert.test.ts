import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import RED from 'node-red';
import helper from 'node-red-node-test-helper';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startBroker, type TestBroker } from '../test-support/broker.ts';
import { startHttpServer, type HttpServer } from '../test-support/http-server.ts';

// Real processes and sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const require = createRequire(import.meta.url);
const nodeRed = require.resolve('node-red');
const coreNodes = dirname(createRequire(nodeRed).resolve('@node-red/nodes/package.json'));
const core = (file: string): unknown => require(join(coreNodes, 'core', file));
const city = (name: string): unknown => require(`../nodes/${name}.cjs`);

const flow = JSON.parse(readFileSync(join(import.meta.dirname, 'flow.json'), 'utf8')) as {
  id: string;
  type: string;
  name?: string;
}[];
const prefix = 'pilots/aer/live';
const start = Date.UTC(2026, 0, 5, 6);
const minute = 60_000;

// The runtime alone: the editor has its own test. Its settings are Node-RED's defaults, without a log.
RED.init({ httpAdminRoot: false, logging: { console: { level: 'off' } } });
helper.init(nodeRed);
let broker: TestBroker;
let webhook: HttpServer;
let service: MqttClient;
/** What the pilot said on out/dust-alert, in order. */
let outputs: Record<string, unknown>[];

beforeEach(async () => {
  broker = await startBroker({ password: 'ctb_token' });
  webhook = await startHttpServer((_heard, response) => void response.writeHead(204).end());
  service = await connectAsync(broker.url, { username: 'test', password: 'ctb_token' });
  outputs = [];
  service.on('message', (topic, payload) => {
    expect(topic).toBe(`${prefix}/out/dust-alert`);
    outputs.push(JSON.parse(payload.toString()) as Record<string, unknown>);
  });
  await service.subscribeAsync(`${prefix}/out/#`, { qos: 1 });
  vi.stubEnv('MQTT_URL', broker.url);
  vi.stubEnv('MQTT_USERNAME', 'aer');
  vi.stubEnv('MQTT_PASSWORD', 'ctb_token');
  vi.stubEnv('TOPIC_PREFIX', prefix);
  vi.stubEnv('DUST_ALERT_WEBHOOK', `${webhook.url}/dust`);
});

afterEach(async () => {
  await helper.unload();
  vi.unstubAllEnvs();
  await service.endAsync(true);
  await webhook.stop();
  await broker.stop();
});

/** Loads the flow as it is shipped, with the real nodes, and waits until it hears the pilot's readings. */
async function run(): Promise<void> {
  const nodes = [
    ...['city-connection', 'pilot-readings', 'sustained-threshold', 'pilot-output'].map(city),
    ...[
      'common/21-debug.js',
      'common/25-catch.js',
      'common/60-link.js',
      'function/10-switch.js',
      'function/15-change.js',
    ].map(core),
    core('network/21-httprequest.js'),
  ];
  await helper.load(nodes, flow, {});
  await broker.subscribed(`${prefix}/devices/+/readings`);
}

/** One message as the testbed streams it, `minutes` after the start. */
async function measure(minutes: number, pm2_5: number, change: Record<string, unknown> = {}): Promise<void> {
  const observedAt = start + minutes * minute;
  const { device = 'aer-1', quality = 'good', delayMs = 200, ...rest } = change;
  const body = {
    device,
    observedAt: new Date(observedAt).toISOString(),
    receivedAt: new Date(observedAt + Number(delayMs)).toISOString(),
    source: 'live',
    historical: Number(delayMs) > 10_000,
    readings: {
      pm2_5: { value: pm2_5, unit: 'ug/m3', quality },
      pm10: { value: 500, unit: 'ug/m3', quality },
    },
    ...rest,
  };
  await service.publishAsync(`${prefix}/devices/${String(device)}/readings`, JSON.stringify(body), {
    qos: 1,
  });
}

async function measureEachMinute(from: number, to: number, value: number, change = {}): Promise<void> {
  for (let at = from; at <= to; at += 1) await measure(at, value, change);
}

async function outputsCount(count: number): Promise<void> {
  while (outputs.length < count) await new Promise((resolve) => service.once('message', resolve));
}

function nodeNamed(name: string) {
  const found = flow.find((node) => node.name === name);
  return helper.getNode(found!.id);
}

test('dust above the threshold for 15 minutes: one alert as the output of the pilot and by webhook, and one when it is over', async () => {
  await run();
  await measureEachMinute(0, 30, 72);
  await measure(31, 88);
  await measure(32, 45); // between the levels
  await measure(33, 12);
  await outputsCount(2);
  expect(outputs).toEqual([
    {
      state: 'raised',
      device: 'aer-1',
      metric: 'pm2_5',
      unit: 'ug/m3',
      value: 72,
      threshold: 50,
      clearBelow: 40,
      since: '2026-01-05T06:00:00.000Z',
      at: '2026-01-05T06:15:00.000Z',
      peak: 72,
      source: 'live',
      synthetic: false,
    },
    expect.objectContaining({ state: 'cleared', value: 12, peak: 88, at: '2026-01-05T06:33:00.000Z' }),
  ]);
  while (webhook.heard.length < 2) await once(nodeNamed('webhook'), 'call:send');
  expect(webhook.heard.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /dust', 'POST /dust']);
  expect(webhook.heard.map(({ body }) => body)).toEqual(outputs);
  expect(webhook.heard[0]?.contentType).toMatch(/^application\/json/);
});

test('a backlog, bad values and broken messages raise nothing; synthetic data raises an alert that says so', async () => {
  await run();
  await measureEachMinute(0, 20, 90, { device: 'backlog', delayMs: 3 * 3600_000 });
  await measureEachMinute(0, 20, 90, { device: 'broken', quality: 'bad' });
  await service.publishAsync(`${prefix}/devices/aer-1/readings`, '{"device":', { qos: 1 });
  await service.publishAsync(`${prefix}/devices/aer-1/readings`, '[]', { qos: 1 });
  // All of it goes one way in order: what comes out first shows that nothing came out before.
  await measureEachMinute(0, 15, 90, { device: 'made-up', source: 'synthetic' });
  await outputsCount(1);
  expect(outputs).toMatchObject([{ state: 'raised', device: 'made-up', synthetic: true }]);
});

test('where no webhook is set, none is sent, and the output is there all the same', async () => {
  vi.stubEnv('DUST_ALERT_WEBHOOK', undefined);
  await run();
  let asked = 0;
  nodeNamed('webhook').on('input', () => (asked += 1));
  let decided = 0;
  nodeNamed('set?').on('input', () => (decided += 1));
  await measureEachMinute(0, 15, 90);
  await measure(16, 1);
  await outputsCount(2);
  expect([decided, asked, webhook.heard.length]).toEqual([2, 0, 0]);
});

test('a webhook that answers with an error is reported, and the alert is on the output', async () => {
  await webhook.stop();
  webhook = await startHttpServer((_heard, response) => void response.writeHead(500).end());
  vi.stubEnv('DUST_ALERT_WEBHOOK', webhook.url);
  await run();
  const reported = once(nodeNamed('its answer'), 'input');
  await measureEachMinute(0, 15, 90);
  expect((await reported)[0]).toMatchObject({ statusCode: 500 });
  await outputsCount(1);
  expect(outputs).toHaveLength(1);
});

test('a webhook that is not there is reported, and the alert is on the output', async () => {
  await webhook.stop();
  await run();
  const reported = once(nodeNamed('faults, also in the log'), 'input');
  await measureEachMinute(0, 15, 90);
  const [fault] = (await reported) as [{ error: { message: string; source: { name: string } } }];
  expect(fault.error).toMatchObject({ source: { name: 'webhook' } });
  expect(fault.error.message).toMatch(/ECONNREFUSED/);
  await outputsCount(1);
  webhook = await startHttpServer(() => undefined);
});

test('the connection is cut in the middle of an episode: it goes on where it was', async () => {
  await run();
  await measureEachMinute(0, 10, 72);
  await broker.cut();
  await broker.subscribed(`${prefix}/devices/+/readings`);
  await service.subscribeAsync(`${prefix}/out/#`, { qos: 1 });
  await measureEachMinute(11, 20, 72);
  await outputsCount(1);
  expect(outputs).toMatchObject([{ state: 'raised', since: '2026-01-05T06:00:00.000Z' }]);
});
