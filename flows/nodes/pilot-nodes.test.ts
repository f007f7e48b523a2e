import { once } from 'node:events';
import { createRequire } from 'node:module';
import RED from 'node-red';
import helper from 'node-red-node-test-helper';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startBroker, type TestBroker } from '../test-support/broker.ts';

// Real processes and sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const require = createRequire(import.meta.url);
const nodes = ['city-connection', 'pilot-readings', 'pilot-output', 'sustained-threshold'].map(
  (name) => require(`./${name}.cjs`) as unknown,
);
// The runtime alone, without an editor and without a log.
RED.init({ httpAdminRoot: false, logging: { console: { level: 'off' } } });
helper.init(require.resolve('node-red'));

let broker: TestBroker;
beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  await helper.unload();
  vi.unstubAllEnvs();
  await broker.stop();
});

type Fields = Record<string, unknown>;
/** What has no place is a configuration node to Node-RED. */
const place = { x: 0, y: 0 };
const catcher = [
  { id: 'catcher', type: 'catch', z: 'tab', ...place, scope: null, uncaught: false, wires: [['faults']] },
  { id: 'faults', type: 'helper', z: 'tab', ...place, wires: [] },
];

async function run(own: (Fields & { id: string; type: string })[], city: Fields = {}): Promise<void> {
  const flow = [
    { id: 'tab', type: 'tab', label: 'Test' },
    { id: 'city', type: 'city-connection', url: broker.url, prefix: 'p/live', ...city },
    ...own.map((node) => ({ z: 'tab', ...place, connection: 'city', wires: [], ...node })),
    ...catcher,
    { id: 'end', type: 'helper', z: 'tab', ...place, wires: [] },
  ];
  await helper.load(nodes, flow, {});
}

function say(topic: string, body: unknown): void {
  const payload = JSON.stringify(body);
  broker.broker.publish(
    { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
    () => undefined,
  );
}

const readings = {
  device: 'a',
  observedAt: '2026-01-05T06:00:00.000Z',
  receivedAt: '2026-01-05T06:00:01.000Z',
  source: 'replay',
  historical: false,
  readings: {
    pm10: { value: 21.5, unit: 'ug/m3', quality: 'good' },
    pm1: { value: null, unit: 'ug/m3', quality: 'bad' },
    door: { value: true, unit: null, quality: 'good' },
  },
};

/** The first `count` messages that reach the end, without what Node-RED adds. */
async function arriving(count: number): Promise<Fields[]> {
  const messages: Fields[] = [];
  return new Promise((resolve) => {
    helper.getNode('end').on('input', ({ _msgid, ...message }: Fields) => {
      expect(_msgid).toBeTypeOf('string');
      if (messages.push(message) === count) resolve(messages);
    });
  });
}

function give(id: string, message: Fields): void {
  (helper.getNode(id) as unknown as { receive(message: Fields): void }).receive(message);
}

/** The text of the next error that a Catch node hears of. */
async function nextFault(): Promise<string> {
  const [{ error }] = (await once(helper.getNode('faults'), 'input')) as [{ error: { message: string } }];
  return error.message;
}

test('readings: one message a good value, with where and when it comes from', async () => {
  await run([{ id: 'in', type: 'pilot readings', emit: 'metric', skipBad: true, wires: [['end']] }]);
  await broker.subscribed('p/live/devices/+/readings');
  const messages = arriving(2);
  say('p/live/devices/a/readings', readings);
  const common = {
    topic: 'p/live/devices/a/readings',
    device: 'a',
    observedAt: readings.observedAt,
    receivedAt: readings.receivedAt,
    source: 'replay',
    historical: false,
    quality: 'good',
  };
  expect(await messages).toEqual([
    { ...common, metric: 'pm10', payload: 21.5, unit: 'ug/m3' },
    { ...common, metric: 'door', payload: true, unit: null },
  ]);
});

test('readings: one message a device, bad values included where they are wanted', async () => {
  await run([
    { id: 'in', type: 'pilot readings', device: 'a', emit: 'device', skipBad: false, wires: [['end']] },
  ]);
  await broker.subscribed('p/live/devices/a/readings');
  const messages = arriving(1);
  say('p/live/devices/a/readings', readings);
  expect(await messages).toMatchObject([{ device: 'a', payload: readings.readings }]);
});

test('readings: what is broken is left out, warned of once, and counted', async () => {
  await run([{ id: 'in', type: 'pilot readings', metric: 'pm10', wires: [['end']] }]);
  await broker.subscribed('p/live/devices/+/readings');
  const warnings: string[] = [];
  helper.getNode('in').on('call:warn', ({ args }: { args: string[] }) => void warnings.push(args[0]!));
  const messages = arriving(1);
  say('p/live/devices/b/readings', readings);
  say('p/live/devices/a/readings', { ...readings, source: 5 });
  say('p/live/devices/a/readings', readings);
  expect(await messages).toHaveLength(1);
  expect(warnings).toEqual([
    'p/live/devices/b/readings: the device is not the one in the topic (1 refused so far)',
  ]);
});

test('output: done when the broker has it; empty fields come from the environment', async () => {
  vi.stubEnv('MQTT_URL', broker.url);
  vi.stubEnv('TOPIC_PREFIX', 'pilots/env/live');
  const got = new Promise<[string, string]>((resolve) => {
    broker.broker.subscribe(
      'pilots/#',
      ({ topic, payload }, done) => {
        resolve([topic, payload.toString()]);
        done();
      },
      () => undefined,
    );
  });
  await run([{ id: 'out', type: 'pilot output', output: 'verdict' }], { url: '${MQTT_URL}', prefix: '' });
  const sent = once(helper.getNode('out'), 'call:status');
  give('out', { payload: { good: true } });
  expect(await got).toEqual(['pilots/env/live/out/verdict', '{"good":true}']);
  await sent;
});

test.each([
  ['too large', 'a', { payload: 'x'.repeat(99) }, /101 bytes of JSON, more than 100/],
  ['without a payload', 'a', {}, /no JSON form/],
  ['without a name', '', { payload: 1 }, /"undefined" is no output name/],
  ['with a name that is a path', '', { payload: 1, output: '../../other' }, /no output name/],
])('output: a message %s is an error for a Catch node', async (_name, output, message, expected) => {
  await run([{ id: 'out', type: 'pilot output', output, maxBytes: 100 }]);
  const caught = nextFault();
  give('out', message);
  expect(await caught).toMatch(expected);
});

test('without an address nothing is tried, and the node says which variable is missing', async () => {
  vi.stubEnv('MQTT_URL', undefined);
  await run([{ id: 'out', type: 'pilot output', output: 'a' }], { url: '${MQTT_URL}' });
  const caught = nextFault();
  give('out', { payload: 1 });
  expect(await caught).toMatch(/MQTT_URL is not set/);
});

test('threshold: a message that is no reading is an error, and the next one is taken', async () => {
  await run([
    {
      id: 'rule',
      type: 'sustained threshold',
      above: 5,
      clearBelow: 4,
      minutes: 1,
      gapMinutes: 1,
      lateMinutes: 1,
      wires: [['end']],
    },
  ]);
  const caught = nextFault();
  const messages = arriving(1);
  give('rule', { payload: 9 });
  const reading = { device: 'a', metric: 'm', payload: 9, kept: 'through' };
  give('rule', { ...reading, observedAt: '2026-01-05T06:00:00Z' });
  give('rule', { ...reading, observedAt: '2026-01-05T06:01:00Z' });
  expect(await caught).toMatch(/msg.device or msg.metric is missing/);
  expect(await messages).toMatchObject([
    { topic: 'a', kept: 'through', payload: { state: 'raised', device: 'a' } },
  ]);
});
