// A backlog of a million readings, from the moment the gateway is online with its host to the last one confirmed in the
// store, against publishing the same payloads, encoded beforehand, through plain Aedes to a subscriber that inserts them.
// Ours looks each batch up on disk, encodes it, is authorised, stores its readings by series and deletes it on the host's word.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataType, encodePayload } from '@city-testbed/sparkplug';
import { inFolder, median, peers, simulate, start, Testbed, until } from './parts.mjs';

const rounds = 3;
const readings = 1_000_000;
const readingsPerBatch = 20;
const units = [1, 2, 3, 4, 5, 6, 7, 8];
/** Past the last poll: nothing new comes while the backlog drains. */
const longIntervalMs = 3_600_000;

export default async function drain({ progress, report }) {
  const ours = [];
  const peer = [];
  for (let round = 1; round <= rounds; round += 1) {
    ours.push(await inFolder((folder) => measureOurs(folder, progress)));
    progress(`round ${round} of ${rounds}: ours ${ours.at(-1).toFixed(0)} readings/s, stored and confirmed`);
    peer.push(await inFolder(measurePeer));
    progress(
      `round ${round} of ${rounds}: encoded beforehand, plain Aedes, inserted: ${peer.at(-1).toFixed(0)} readings/s`,
    );
  }
  report({
    bench: 'drain',
    ours: median(ours),
    peer: median(peer),
    ratio: median(ours) / median(peer),
    unit: 'readings/s',
    higherIsBetter: true,
    peerIs:
      'the same payloads encoded beforehand, mqtt QoS 1 through plain Aedes, inserted whole by better-sqlite3',
  });
}

async function measureOurs(folder, progress) {
  const testbed = await Testbed.in(folder);
  const simulator = simulate(folder, 'bench/block', units);
  try {
    const port = await simulator.port;
    const field = (intervalMs) => ({
      ports: [{ id: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port }],
      devices: units.map((unit) => ({
        id: `block-${unit}`,
        profile: 'bench/block',
        port: 'tcp',
        unit,
        intervalMs,
      })),
    });
    // Its broker is not there yet: everything stays in the outbox.
    const collecting = testbed.startGateway(field(0));
    const waiting = async () => (await testbed.gatewayStatus()).outbox.batches * readingsPerBatch;
    let shown = 0;
    await until(async () => {
      const now = await waiting();
      if (now - shown >= readings / 4) progress(`  ${(shown = now).toFixed(0)} readings wait in the outbox`);
      return now >= readings;
    }, 300_000);
    await collecting.end();
    await testbed.startHost();
    testbed.startGateway(field(longIntervalMs), { uplink: { window: 4000, batchesPerSecond: 100_000 } });
    const first = await until(async () => {
      const { uplink, outbox } = await testbed.gatewayStatus();
      return uplink.state === 'online' && { at: performance.now(), batches: outbox.batches };
    });
    await until(async () => (await testbed.gatewayStatus()).outbox.batches === 0, 300_000);
    return (first.batches * readingsPerBatch * 1000) / (performance.now() - first.at);
  } finally {
    await Promise.all([testbed.end(), simulator.end()]);
  }
}

async function measurePeer(folder) {
  const payloads = join(folder, 'payloads');
  writeFileSync(payloads, encodedBacklog());
  const processes = [];
  const run = (...args) => {
    const child = start(...args);
    processes.push(child);
    return child;
  };
  try {
    const port = String(await run(join(peers, 'plain-aedes.mjs'), []).port);
    const store = run(join(peers, 'bare-store.mjs'), [port, join(folder, 'bare.db')]);
    await once(store.process, 'message');
    const publisher = run(join(peers, 'replay.mjs'), [port, payloads]);
    await once(publisher.process, 'message');
    const batches = readings / readingsPerBatch;
    const began = performance.now();
    publisher.process.send('go');
    await until(async () => {
      store.process.send('rows');
      return (await once(store.process, 'message'))[0] >= batches;
    }, 300_000);
    return (readings * 1000) / (performance.now() - began);
  } finally {
    await Promise.all(processes.map((child) => child.end()));
  }
}

/** The payloads one after the other, each behind its length (UInt32BE). */
function encodedBacklog() {
  const parts = [];
  const at = Date.now() - 86_400_000;
  for (let batch = 0; batch < readings / readingsPerBatch; batch += 1) {
    const timestamp = at + batch;
    const metrics = Array.from({ length: readingsPerBatch }, (_, index) => ({
      alias: index + 1,
      timestamp,
      datatype: DataType.Float,
      value: Math.fround(100 + index + (batch % 500) / 100),
      isHistorical: true,
    }));
    metrics.push({
      alias: 30,
      timestamp,
      datatype: DataType.UInt64,
      value: BigInt(at + batch),
      isHistorical: true,
    });
    const payload = encodePayload({ timestamp, seq: batch % 256, metrics });
    const length = Buffer.alloc(4);
    length.writeUInt32BE(payload.length);
    parts.push(length, payload);
  }
  return Buffer.concat(parts);
}
