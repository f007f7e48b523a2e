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

// A pilot's service as its vendor writes it: a plain MQTT client, environment variables, nothing of ours.

interface Issued {
  token: { id: string };
  secret: string;
  environment: { MQTT_URL: string; MQTT_USERNAME: string; MQTT_PASSWORD: string; TOPIC_PREFIX: string };
}

let testbed: RealTestbed;
let simulator: Simulator;
let api: ApiClient;

beforeAll(async () => {
  const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
  simulator = createSimulator({
    devices: [
      { profile, port: 0, group: 'bus', unit: 1, seed: 1 },
      { profile, port: 0, group: 'bus', unit: 2, seed: 2 },
    ],
  });
  await simulator.start(new AbortController().signal);
  testbed = await RealTestbed.create();
  testbed.startSandbox();
  testbed.startBroker();
  await testbed.healthy();
  const modbusPort = simulator.ports[0]!.port;
  testbed.startGateway([
    { id: 'meter-1', profile: 'eastron/sdm120', modbusPort, unit: 1, intervalMs: 200 },
    { id: 'meter-2', profile: 'eastron/sdm120', modbusPort, unit: 2, intervalMs: 200 },
  ]);
  api = await signIn(testbed.url, people.admin);
  await eventually('both meters are known', async () => {
    const { items } = await api<{ items: { id: string }[] }>('GET', '/devices');
    return items.length === 2;
  });
  const now = Date.now();
  await api('POST', '/pilots', {
    id: 'energy',
    title: 'Energy of one feeder',
    summary: '',
    organisation: 'City',
    startsAt: new Date(now - 3_600_000).toISOString(),
    endsAt: new Date(now + 86_400_000).toISOString(),
    agreement: {
      purpose: 'Test',
      until: new Date(now + 86_400_000).toISOString(),
      reads: [{ device: 'meter-1', metrics: ['voltage', 'active_power'] }],
    },
  });
  await api('PATCH', '/pilots/energy', { state: 'live' }).catch(() => undefined);
});

afterAll(async () => {
  await testbed.stop();
  await simulator.stop();
});

async function connect(issued: Issued): Promise<MqttClient> {
  const { MQTT_URL, MQTT_USERNAME, MQTT_PASSWORD } = issued.environment;
  return mqtt.connectAsync(MQTT_URL, {
    username: MQTT_USERNAME,
    password: MQTT_PASSWORD,
    reconnectPeriod: 0,
  });
}

/** The next message that passes. */
function message(
  client: MqttClient,
  wanted: (topic: string) => boolean,
): Promise<{ topic: string; json: unknown }> {
  return new Promise((resolve) => {
    const listener = (topic: string, payload: Buffer): void => {
      if (!wanted(topic)) return;
      client.off('message', listener);
      resolve({ topic, json: JSON.parse(payload.toString()) as unknown });
    };
    client.on('message', listener);
  });
}

test('a service reads what the agreement grants, and nothing else', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'service' });
  const { TOPIC_PREFIX: prefix } = issued.environment;
  expect(prefix).toBe('pilots/energy/live');
  const client = await connect(issued);
  const seen = new Set<string>();
  client.on('message', (topic) => seen.add(topic));
  await client.subscribeAsync(`${prefix}/#`, { qos: 1 });
  const { json } = await message(client, (topic) => topic === `${prefix}/devices/meter-1/readings`);
  expect(json).toMatchObject({ device: 'meter-1', source: 'live' });
  const { readings } = json as { readings: Record<string, { value: number; unit: string; quality: string }> };
  expect(Object.keys(readings).toSorted()).toEqual(['active_power', 'voltage']);
  expect(readings['voltage']).toMatchObject({ unit: 'V', quality: 'good' });
  expect(readings['voltage']!.value).toBeGreaterThan(200);
  await message(client, (topic) => topic.endsWith('/readings'));
  expect([...seen].filter((topic) => topic.includes('meter-2'))).toEqual([]);
  await client.endAsync();
});

test('a service cannot hear another prefix or the device plane', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'curious' });
  const client = await connect(issued);
  for (const filter of ['#', 'spBv1.0/#', 'pilots/+/live/#', 'pilots/other/live/#', '$SYS/#', '$city/#']) {
    await expect(client.subscribeAsync(filter), filter).rejects.toThrow();
  }
  await client.endAsync(true);
});

test("a service's output is kept and can be read back", async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'output' });
  const client = await connect(issued);
  await client.publishAsync(`${issued.environment.TOPIC_PREFIX}/out/alert`, JSON.stringify({ level: 3 }), {
    qos: 1,
  });
  const output = await eventually('the output is kept', async () => {
    const { items } = await api<{ items: { name: string; payload: unknown }[] }>(
      'GET',
      '/pilots/energy/outputs',
    );
    return items.find(({ name }) => name === 'alert');
  });
  expect(output.payload).toEqual({ level: 3 });
  await client.endAsync();
});

test('revoking a token cuts its open session, and it cannot come back', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'revoked' });
  const client = await connect(issued);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await api('DELETE', `/pilots/energy/tokens/${issued.token.id}`);
  await closed;
  await expect(connect(issued)).rejects.toThrow(/not authorized|Bad username|Not authorized/i);
});

test('a wrong token is refused', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'right' });
  issued.environment.MQTT_PASSWORD = `${issued.environment.MQTT_PASSWORD.slice(0, -3)}AAA`;
  await expect(connect(issued)).rejects.toThrow();
});

test('what was missed is read back with a cursor, without gaps and without what is not granted', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'reader' });
  const read = async (
    after: string | null,
  ): Promise<{ items: Record<string, unknown>[]; next: string | null }> => {
    const query = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const response = await fetch(`${testbed.url}/api/v1/pilots/energy/readings?limit=50${query}`, {
      headers: { authorization: `Bearer ${issued.secret}` },
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { items: Record<string, unknown>[]; next: string | null };
  };
  const first = await read(null);
  expect(new Set(first.items.map(({ device }) => device))).toEqual(new Set(['meter-1']));
  expect(new Set(first.items.map(({ metric }) => metric))).toEqual(new Set(['voltage', 'active_power']));
  const voltage = first.items
    .filter(({ metric }) => metric === 'voltage')
    .map(({ observedAt }) => observedAt);
  expect(new Set(voltage).size).toBe(voltage.length);
});

test('garbage on any topic is logged, and the readings go on', async () => {
  const issued = await api<Issued>('POST', '/pilots/energy/tokens', { name: 'noise' });
  const gateway = await mqtt.connectAsync(testbed.mqttUrl, {
    username: 'gw-1',
    password: 'gateway-secret',
    clientId: 'gw-1-noise',
    reconnectPeriod: 0,
  });
  for (const type of ['NBIRTH', 'NDATA', 'DDATA', 'DBIRTH']) {
    const topic = `spBv1.0/baia-mare/${type}/gw-1${type.startsWith('D') ? '/meter-1' : ''}`;
    for (const bytes of ['', 'not protobuf', '\u0000'.repeat(500)])
      await gateway.publishAsync(topic, bytes, { qos: 0 });
  }
  await gateway.endAsync();
  await eventually('the log names the garbage', () =>
    testbed.running.get('sandbox')!.lines.some((line) => /SPARKPLUG_|SANDBOX_INGEST/.test(line)),
  );
  const client = await connect(issued);
  await client.subscribeAsync(`${issued.environment.TOPIC_PREFIX}/devices/+/readings`);
  await message(client, (topic) => topic.endsWith('/readings'));
  await client.endAsync();
  expect((await fetch(`${testbed.url}/health`)).status).toBe(200);
});

test('health names the part that is down', async () => {
  await testbed.kill('broker');
  const health = await eventually('the broker is missed', async () => {
    const response = await fetch(`${testbed.url}/health`);
    return response.status === 503
      ? ((await response.json()) as { parts: Record<string, { status: string }> })
      : undefined;
  });
  expect(health.parts['broker']).toMatchObject({ status: 'down' });
  testbed.startBroker();
  await testbed.healthy();
});
