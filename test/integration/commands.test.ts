import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../fixtures/process.ts';
import { people, RealTestbed, signIn, type ApiClient } from '../fixtures/testbed.ts';

// A pilot's service switches a relay on a Modbus bus: service > broker > sandbox > gateway > device, and all the way back.

let testbed: RealTestbed;
let simulator: Simulator;
let api: ApiClient;
let service: MqttClient;
let prefix: string;

beforeAll(async () => {
  const profile = profileLibrary().find('waveshare/modbus-relay') as ModbusProfile;
  simulator = createSimulator({ devices: [{ profile, port: 0, seed: 1 }] });
  await simulator.start(new AbortController().signal);
  testbed = await RealTestbed.create();
  testbed.startSandbox();
  testbed.startBroker();
  await testbed.healthy();
  const modbusPort = simulator.ports[0]!.port;
  testbed.startGateway([{ id: 'relay-1', profile: 'waveshare/modbus-relay', modbusPort, intervalMs: 200 }]);
  api = await signIn(testbed.url, people.admin);
  await eventually('the relay is known', async () => {
    const { items } = await api<{ items: { id: string }[] }>('GET', '/devices');
    return items.length === 1;
  });
  const now = Date.now();
  const until = new Date(now + 86_400_000).toISOString();
  await api('POST', '/pilots', {
    id: 'light',
    title: 'Light when it is needed',
    summary: '',
    organisation: 'City',
    startsAt: new Date(now - 3_600_000).toISOString(),
    endsAt: until,
    agreement: {
      purpose: 'Test',
      until,
      reads: [{ device: 'relay-1', metrics: ['*'] }],
      writes: [{ device: 'relay-1', metrics: ['channel_1'] }],
    },
  });
  await api('PATCH', '/pilots/light', { state: 'live' });
  const { environment } = await api<{ environment: Record<string, string> }>('POST', '/pilots/light/tokens', {
    name: 'service',
  });
  prefix = environment['TOPIC_PREFIX']!;
  service = await mqtt.connectAsync(environment['MQTT_URL']!, {
    username: environment['MQTT_USERNAME']!,
    password: environment['MQTT_PASSWORD']!,
    reconnectPeriod: 0,
  });
  await service.subscribeAsync([`${prefix}/commands/+/+/result`, `${prefix}/devices/+/readings`], { qos: 1 });
});

afterAll(async () => {
  await service.endAsync(true);
  await testbed.stop();
  await simulator.stop();
});

/** Publishes a command and waits for what is said of it. */
function command(metric: string, json: { id: string; value: unknown; expiresAt?: string }) {
  const topic = `${prefix}/commands/relay-1/${metric}`;
  const answer = next((heard) => heard === `${topic}/result`);
  void service.publishAsync(topic, JSON.stringify(json), { qos: 1 });
  return answer;
}

/** The next message that passes. */
function next(
  wanted: (topic: string, json: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const listener = (topic: string, payload: Buffer): void => {
      const json = JSON.parse(payload.toString()) as Record<string, unknown>;
      if (!wanted(topic, json)) return;
      service.off('message', listener);
      resolve(json);
    };
    service.on('message', listener);
  });
}

const reading = (value: boolean) =>
  next((topic, { readings }) => {
    const { channel_1: channel } = (readings ?? {}) as Record<string, { value: unknown } | undefined>;
    return topic.endsWith('/readings') && channel?.value === value;
  });

test('a command reaches its device and is answered; the next readings show it', async () => {
  const switched = reading(true);
  const answer = await command('channel_1', { id: 'on-1', value: true });
  expect(answer).toMatchObject({ id: 'on-1', accepted: true, ok: true });
  await switched;
  const off = await command('channel_1', {
    id: 'off-1',
    value: false,
    expiresAt: new Date(Date.now() + 10_000).toISOString(),
  });
  expect(off).toMatchObject({ id: 'off-1', accepted: true, ok: true });
  const { items } = await api<{ items: { kind: string; code: string }[] }>('GET', '/pilots/light/events');
  expect(items.filter(({ kind, code }) => kind === 'command' && code === 'carried_out')).toHaveLength(2);
});

test('a command is refused with a word why: not granted, expired, of the wrong type', async () => {
  expect(await command('channel_2', { id: 'a', value: true })).toMatchObject({
    id: 'a',
    accepted: false,
    code: 'SANDBOX_COMMAND_NOT_GRANTED',
  });
  const expiresAt = new Date(Date.now() - 1).toISOString();
  expect(await command('channel_1', { id: 'b', value: true, expiresAt })).toMatchObject({
    code: 'SANDBOX_COMMAND_EXPIRED',
  });
  expect(await command('channel_1', { id: 'c', value: 'bright' })).toMatchObject({
    code: 'SANDBOX_COMMAND_UNDELIVERABLE',
  });
});

test('what a gateway says of commands and of itself is no series of a device, and nothing to warn of', async () => {
  const device = await api<{ metrics: { name: string }[] }>('GET', '/devices/relay-1');
  expect(device.metrics.map(({ name }) => name).filter((name) => !name.startsWith('channel_'))).toEqual([]);
  const { lines } = testbed.running.get('sandbox')!;
  expect(lines.filter((line) => /SPARKPLUG_|SANDBOX_INGEST|RESULT_INVALID/.test(line))).toEqual([]);
});

test('a command to a gateway that is gone is answered all the same', async () => {
  await testbed.kill('gateway');
  const answer = await command('channel_1', {
    id: 'late',
    value: true,
    expiresAt: new Date(Date.now() + 500).toISOString(),
  });
  // Whether the broker has noticed by then or not: nothing was done, and the service hears so.
  expect(answer['id']).toBe('late');
  expect([answer['reason'], answer['code']]).toEqual(
    answer['accepted'] === true ? ['no_answer', undefined] : [undefined, 'SANDBOX_COMMAND_UNDELIVERABLE'],
  );
});
