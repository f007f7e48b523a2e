// Readings a second from a Modbus read to confirmed in the store, against a bare loop that keeps nothing.
// Both read the same eight simulated devices in turn, twenty floats in one request, as fast as they can, one connection.
// The bare loop in the form of "reading" publishes and inserts each reading, as one would write it first; in the form of
// "block" it publishes and inserts the whole answer as one JSON message. Neither has an outbox, identity, roll-ups or access control.
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inFolder, median, peers, simulate, start, Testbed, until } from './parts.mjs';

const rounds = 3;
const warmUpMs = 3000;
const measureMs = 8000;
const readingsPerPoll = 20;
const units = [1, 2, 3, 4, 5, 6, 7, 8];

export default async function pipeline({ progress, report }) {
  const ours = [];
  const bare = { reading: [], block: [] };
  for (let round = 1; round <= rounds; round += 1) {
    ours.push(await inFolder(measureOurs));
    progress(`round ${round} of ${rounds}: ours ${ours.at(-1).toFixed(0)} readings/s, stored and confirmed`);
    for (const form of ['reading', 'block']) {
      bare[form].push(await inFolder((folder) => measureBareLoop(folder, form)));
      progress(
        `round ${round} of ${rounds}: bare loop, one message a ${form}: ${bare[form].at(-1).toFixed(0)} readings/s`,
      );
    }
  }
  for (const form of ['reading', 'block']) {
    report({
      bench: form === 'reading' ? 'pipeline' : 'pipeline-block',
      ours: median(ours),
      peer: median(bare[form]),
      ratio: median(ours) / median(bare[form]),
      unit: 'readings/s',
      higherIsBetter: true,
      peerIs: `modbus-serial, mqtt QoS 1 through plain Aedes, better-sqlite3, one message and one insert a ${form}`,
    });
  }
}

async function measureOurs(folder) {
  const testbed = await Testbed.in(folder);
  const simulator = simulate(folder, 'bench/block', units);
  try {
    const port = await simulator.port;
    await testbed.startHost();
    testbed.startGateway({
      ports: [{ id: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port }],
      devices: units.map((unit) => ({
        id: `block-${unit}`,
        profile: 'bench/block',
        port: 'tcp',
        unit,
        intervalMs: 0,
      })),
    });
    const cookie = await testbed.signIn();
    const stored = async () => {
      const answer = await fetch(`http://127.0.0.1:${testbed.http}/api/v1/gateways`, { headers: { cookie } });
      const { items } = await answer.json();
      return (items[0]?.batchesStored ?? 0) * readingsPerPoll;
    };
    await until(async () => (await stored()) > 0);
    return await rate(stored);
  } finally {
    await Promise.all([testbed.end(), simulator.end()]);
  }
}

async function measureBareLoop(folder, form) {
  const processes = [];
  const run = (...args) => {
    const child = start(...args);
    processes.push(child);
    return child;
  };
  try {
    const simulator = simulate(folder, 'bench/block', units);
    processes.push(simulator);
    const broker = run(join(peers, 'plain-aedes.mjs'), []);
    const brokerPort = await broker.port;
    const store = run(join(peers, 'bare-store.mjs'), [String(brokerPort), join(folder, 'bare.db')]);
    await once(store.process, 'message');
    const loop = run(join(peers, 'bare-loop.mjs'), [String(await simulator.port), String(brokerPort), form]);
    await once(loop.process, 'message');
    return await rate(async () => {
      store.process.send('rows');
      const [rows] = await once(store.process, 'message');
      return rows * (form === 'block' ? readingsPerPoll : 1);
    });
  } finally {
    await Promise.all(processes.map((child) => child.end()));
  }
}

/** Count a second over the window, after warming up. */
async function rate(count) {
  await sleep(warmUpMs);
  const [from, before] = [performance.now(), await count()];
  await sleep(measureMs);
  const [to, after] = [performance.now(), await count()];
  return ((after - before) * 1000) / (to - from);
}
