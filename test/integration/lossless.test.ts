import { join } from 'node:path';
import {
  createSimulator,
  loadProfile,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../fixtures/process.ts';
import { people, profilesDir, RealTestbed, signIn, type ApiClient } from '../fixtures/testbed.ts';

interface ReadingPage {
  items: { value: number | null; quality: string }[];
  next: string | null;
}

const device = 'counter-1';
let testbed: RealTestbed;
let simulator: Simulator;
let api: ApiClient;

beforeEach(async () => {
  const profile = loadProfile(join(profilesDir, 'testbed/counter.yaml')) as ModbusProfile;
  simulator = createSimulator({ devices: [{ profile, port: 0 }] });
  await simulator.start(new AbortController().signal);
  testbed = await RealTestbed.create();
});

afterEach(async (context) => {
  await testbed.stop();
  await simulator.stop();
  if (context.task.result?.state === 'fail') console.log(testbed.logs());
});

/** How often the device was asked: its count goes up by one each time. */
const served = (): number => simulator.counters.requests;

/** Every count in the store, in the order of storing. */
async function counts(): Promise<number[]> {
  const values: number[] = [];
  let after = '';
  for (;;) {
    const page = await api<ReadingPage>('GET', `/devices/${device}/readings?metric=count&limit=1000${after}`);
    // A poll that found the device silent is a null, not a count.
    values.push(...page.items.flatMap(({ value }) => (value === null ? [] : [value])));
    if (page.next === null || page.items.length === 0) return values;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

async function stored(least: number): Promise<void> {
  await eventually(
    `${least} counts are stored`,
    async () => (await counts().catch(() => [])).length >= least,
  );
}

function startGateway(): void {
  testbed.startGateway([
    { id: device, profile: 'testbed/counter', modbusPort: simulator.ports[0]!.port, intervalMs: 250 },
  ]);
}

async function outboxRows(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${testbed.statusPort}/health`);
  const status = (await response.json()) as { outbox: { rows: number } };
  return status.outbox.rows;
}

test('gateway, broker and sandbox are killed in turn, and every count is stored exactly once', async () => {
  testbed.startSandbox();
  testbed.startBroker();
  await testbed.healthy();
  api = await signIn(testbed.url, people.admin);
  startGateway();
  await stored(3);

  // The broker forgets everything it held.
  await testbed.kill('broker');
  const atBrokerKill = served();
  await eventually('the device goes on counting', () => served() >= atBrokerKill + 3);
  testbed.startBroker();
  await stored(atBrokerKill + 5);

  // The sandbox is gone; what it had not committed comes again.
  await testbed.kill('sandbox');
  const atSandboxKill = served();
  await eventually('the device goes on counting', () => served() >= atSandboxKill + 3);
  testbed.startSandbox();
  await testbed.healthy();
  api = await signIn(testbed.url, people.admin);
  await stored(atSandboxKill + 5);

  // The gateway dies with a backlog that nobody could take: broker and gateway are gone at once. The count that was
  // read last must be on disk: the kill waits for the outbox to hold it.
  await testbed.kill('broker');
  const beforeBacklog = await counts();
  const last = Math.max(...beforeBacklog);
  await eventually('a backlog on disk', async () => {
    const rows = await outboxRows();
    return rows >= 4 && rows >= served() - last;
  });
  await testbed.kill('gateway');
  const atGatewayKill = served();
  testbed.startBroker();
  startGateway();
  await stored(atGatewayKill + 3);

  // The device falls silent; what is in the outbox arrives.
  await simulator.stop();
  await stored(served());
  expect((await counts()).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: served() }, (_, index) => index + 1),
  );
  expect(served()).toBeGreaterThanOrEqual(atGatewayKill + 3);
});
