import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { startDemo, type Demo } from '../fixtures/demo.ts';
import { eventually, TestProcess, workspace } from '../fixtures/process.ts';
import { signIn } from '../fixtures/testbed.ts';

// npm start, as a newcomer meets it.

let demo: Demo | undefined;
afterEach(async () => {
  await demo?.process.end('SIGINT');
  demo = undefined;
});

const staff = { email: 'personal@demo.example', password: 'demo-staff' };

interface Issued {
  environment: { MQTT_URL: string; MQTT_USERNAME: string; MQTT_PASSWORD: string; TOPIC_PREFIX: string };
}

/** The processes that the launcher started, by their parent, and whether each still runs. */
function children(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function runs(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('all URLs are printed, every part is up, and live values move for a plain MQTT client', async () => {
  demo = await startDemo();
  const printed = demo.process.lines.join('\n');
  for (const part of ['Web', 'API docs', 'Health', 'MQTT', 'Node-RED', 'Data'])
    expect(printed).toContain(part);
  const health = await fetch(`${demo.url}/health`);
  expect(health.status).toBe(200);
  expect(Object.keys(((await health.json()) as { parts: object }).parts).toSorted()).toEqual([
    'broker',
    'connectors',
    'http',
    'ingest',
    'store',
  ]);
  const nodeRed = /Node-RED +(http:\S+)/.exec(printed)?.[1] ?? '';
  expect((await fetch(nodeRed)).status).toBe(200);
  // Its editor asks for an account of the sandbox.
  expect((await fetch(`${nodeRed}flows`)).status).toBe(401);

  const api = await signIn(demo.url, staff);
  const { environment } = await api<Issued>('POST', '/pilots/calitatea-aerului/tokens', { name: 'test' });
  const client = await mqtt.connectAsync(environment.MQTT_URL, {
    username: environment.MQTT_USERNAME,
    password: environment.MQTT_PASSWORD,
    reconnectPeriod: 0,
  });
  const values = new Set<unknown>();
  const moved = new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      if (!topic.endsWith('aer-libertatii/readings')) return;
      const { readings } = JSON.parse(payload.toString()) as { readings: { pm2_5: { value: number } } };
      if (values.add(readings.pm2_5.value).size > 1) resolve();
    });
  });
  await client.subscribeAsync(`${environment.TOPIC_PREFIX}/devices/+/readings`);
  await moved;
  await client.endAsync();
});

test('Ctrl-C leaves no process behind, and the second start goes on with the same data', async () => {
  demo = await startDemo();
  const { folder } = demo;
  let api = await signIn(demo.url, staff);
  await api('POST', '/pilots', {
    id: 'kept',
    title: 'Kept over a restart',
    summary: '',
    organisation: 'City',
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 86_400_000).toISOString(),
    agreement: { purpose: 'Test', until: new Date(Date.now() + 86_400_000).toISOString(), reads: [] },
  });
  const before = children(demo.process.child.pid!);
  expect(before.length).toBeGreaterThanOrEqual(7);
  expect(await demo.process.end('SIGINT')).toBe(0);
  expect(before.filter(runs)).toEqual([]);

  demo = await startDemo(folder);
  api = await signIn(demo.url, staff);
  const { items } = await api<{ items: { id: string }[] }>('GET', '/pilots');
  expect(items.map(({ id }) => id).toSorted()).toEqual([
    'calitatea-aerului',
    'iluminat-public',
    'kept',
    'parcari',
  ]);
});

test('a launcher that is killed outright leaves no process behind either', async () => {
  demo = await startDemo();
  const before = children(demo.process.child.pid!);
  await demo.process.end('SIGKILL');
  await eventually('every process has ended', () => before.filter(runs).length === 0);
});

test('a taken port is an error that names the port and the variable', async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, '127.0.0.1', () => {
      const address = blocker.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const launcher = new TestProcess('npm start', [join(workspace('sandbox'), 'dist/demo/main.js')], {
    CITY_HTTP_PORT: String(port),
    CITY_MQTT_PORT: '0',
    CITY_NODE_RED_PORT: '0',
  });
  expect(await launcher.exited).toBe(1);
  expect(launcher.lines.join('\n')).toMatch(new RegExp(`port ${port} is taken; set CITY_HTTP_PORT`));
  await new Promise((resolve) => blocker.close(resolve));
});
