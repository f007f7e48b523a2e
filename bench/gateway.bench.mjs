// The same 50 devices of 20 registers, read once a second over one Modbus TCP connection and sent over MQTT, by
//   ours      the gateway with its outbox: on disk before it is sent, deleted when the sandbox has stored it
//   node-red  Node-RED with node-red-contrib-modbus and its MQTT node: nothing is kept
//   collectd  collectd with its modbus and mqtt plugins, in C, each register asked for alone: nothing is kept
// Counts CPU for a thousand readings, peak memory and bytes written to disk for a reading, of that one process.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import {
  freePort,
  inFolder,
  median,
  peers,
  simulate,
  start,
  startProgram,
  Testbed,
  until,
  usageOf,
} from './parts.mjs';

const require = createRequire(import.meta.url);
const rounds = 3;
const warmUpMs = 15_000;
const measureMs = 30_000;
const registers = 20;
const units = Array.from({ length: 50 }, (_, index) => index + 1);
const contrib = 'node-red-contrib-modbus@5.23.3';
const collectd = '/usr/sbin/collectd';

const contenders = { ours: measureOurs, 'node-red': measureNodeRed, collectd: measureCollectd };
const figures = {
  cpu: { unit: 'ms of CPU for 1,000 readings', of: ({ cpuMs, readings }) => (cpuMs * 1000) / readings },
  memory: { unit: 'MB of peak memory', of: ({ peakBytes }) => peakBytes / 1e6 },
  written: {
    unit: 'bytes written for a reading',
    of: ({ writtenBytes, readings }) => writtenBytes / readings,
  },
};

export default async function gateway({ progress, report }) {
  const names = Object.keys(contenders).filter((name) => name !== 'collectd' || existsSync(collectd));
  if (names.length < 3)
    progress(`collectd is left out: ${collectd} is missing (Debian package collectd-core)`);
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      const result = await inFolder((folder) => contenders[name](folder, progress));
      measured[name].push(result);
      const rate = (result.readings * 1000) / measureMs;
      const shown = Object.values(figures).map(({ unit, of }) => `${of(result).toPrecision(3)} ${unit}`);
      progress(`round ${round} of ${rounds}: ${name}: ${rate.toFixed(0)} readings/s; ${shown.join('; ')}`);
    }
  }
  for (const peer of names.slice(1)) {
    for (const [figure, { unit, of }] of Object.entries(figures)) {
      const [ours, theirs] = [median(measured.ours.map(of)), median(measured[peer].map(of))];
      report({
        bench: `gateway-${figure}`,
        ours,
        peer: theirs,
        // A peer that keeps nothing writes nothing: there is no ratio to that.
        ratio: theirs === 0 ? null : ours / theirs,
        unit,
        higherIsBetter: false,
        peerIs:
          peer === 'collectd'
            ? 'collectd, modbus and mqtt plugins (C, not durable)'
            : `Node-RED with ${contrib} (not durable)`,
      });
    }
  }
}

async function measureOurs(folder) {
  const testbed = await Testbed.in(folder);
  const simulator = simulate(folder, 'bench/registers', units);
  try {
    const port = await simulator.port;
    await testbed.startHost();
    const { process } = testbed.startGateway({
      ports: [{ id: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port }],
      devices: units.map((unit) => ({ id: `device-${unit}`, profile: 'bench/registers', port: 'tcp', unit })),
    });
    return await measure(
      process.pid,
      async () => (await testbed.gatewayStatus()).uplink.confirmed * registers,
    );
  } finally {
    await Promise.all([testbed.end(), simulator.end()]);
  }
}

async function measureNodeRed(folder, progress) {
  const nodes = installedContrib(progress);
  return withBroker(folder, 'red', registers, async (modbusPort, mqttPort) => {
    const flow = [
      { id: 'tab', type: 'tab', label: 'bench' },
      {
        id: 'broker',
        type: 'mqtt-broker',
        broker: '127.0.0.1',
        port: mqttPort,
        clientid: 'red',
        protocolVersion: 4,
        keepalive: 60,
        cleansession: true,
      },
      {
        ...{
          id: 'bus',
          type: 'modbus-client',
          clienttype: 'tcp',
          bufferCommands: true,
          tcpHost: '127.0.0.1',
          tcpPort: modbusPort,
        },
        ...{
          tcpType: 'DEFAULT',
          unit_id: 1,
          commandDelay: 1,
          clientTimeout: 1000,
          reconnectTimeout: 2000,
          parallelUnitIdsAllowed: true,
        },
      },
      ...units.map((unit) => ({
        ...{
          id: `unit-${unit}`,
          type: 'modbus-read',
          z: 'tab',
          topic: `red/${unit}`,
          unitid: unit,
          dataType: 'HoldingRegister',
        },
        ...{ adr: 0, quantity: registers, rate: 1, rateUnit: 's', server: 'bus', wires: [['out'], []] },
      })),
      {
        id: 'out',
        type: 'mqtt out',
        z: 'tab',
        topic: '',
        qos: '0',
        retain: 'false',
        broker: 'broker',
        wires: [],
      },
    ];
    writeFileSync(join(folder, 'flow.json'), JSON.stringify(flow));
    writeFileSync(
      join(folder, 'settings.cjs'),
      `module.exports = ${JSON.stringify({ uiPort: await freePort(), uiHost: '127.0.0.1', flowFile: 'flow.json', nodesDir: nodes, disableEditor: true, logging: { console: { level: 'error' } } })}`,
    );
    return startProgram(process.execPath, [
      nodeRed(),
      '--userDir',
      folder,
      '--settings',
      join(folder, 'settings.cjs'),
    ]);
  });
}

function nodeRed() {
  const flows = createRequire(require.resolve('@city-testbed/flows/package.json'));
  return join(dirname(flows.resolve('node-red/package.json')), 'red.js');
}

/** The peer's nodes, installed once from the npm registry into a folder of their own: no dependency of ours. */
function installedContrib(progress) {
  const folder = join(tmpdir(), `city-bench-${contrib}`);
  const nodes = join(folder, 'node_modules/node-red-contrib-modbus');
  if (!existsSync(nodes)) {
    progress(`installing ${contrib}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', contrib], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
  return join(folder, 'node_modules');
}

async function measureCollectd(folder) {
  return withBroker(folder, 'collectd', 1, (modbusPort, mqttPort) => {
    const data = Array.from(
      { length: registers },
      (_, index) =>
        `<Data "r${index}">\n Instance "r${index}"\n RegisterBase ${index}\n RegisterType Uint16\n Type gauge\n</Data>`,
    );
    const collect = data.map((_, index) => `  Collect "r${index}"`).join('\n');
    const slaves = units.map((unit) => ` <Slave ${unit}>\n  Instance "u${unit}"\n${collect}\n </Slave>`);
    writeFileSync(
      join(folder, 'collectd.conf'),
      `Hostname "bench"
Interval 1
BaseDir "${folder}"
PIDFile "${folder}/pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin modbus
LoadPlugin mqtt
<Plugin modbus>
${data.join('\n')}
<Host "bus">
 Address "127.0.0.1"
 Port "${modbusPort}"
 Interval 1
${slaves.join('\n')}
</Host>
</Plugin>
<Plugin mqtt>
<Publish "bench">
 Host "127.0.0.1"
 Port "${mqttPort}"
 Prefix "collectd"
</Publish>
</Plugin>
`,
    );
    return startProgram(collectd, ['-f', '-C', join(folder, 'collectd.conf')]);
  });
}

/** A peer between the simulated devices and a plain Aedes that counts what arrives under its prefix. */
async function withBroker(folder, prefix, readingsPerMessage, startPeer) {
  const simulator = simulate(folder, 'bench/registers', units);
  const broker = start(join(peers, 'plain-aedes.mjs'), []);
  const processes = [simulator, broker];
  try {
    const mqttPort = await broker.port;
    const counter = start(join(peers, 'count.mjs'), [String(mqttPort), `${prefix}/#`]);
    processes.push(counter);
    await once(counter.process, 'message');
    const peer = await startPeer(await simulator.port, mqttPort);
    processes.unshift(peer);
    return await measure(peer.process.pid, async () => {
      counter.process.send('count');
      return (await once(counter.process, 'message'))[0] * readingsPerMessage;
    });
  } finally {
    for (const child of processes) await child.end();
  }
}

/** What a process uses while it delivers readings, after warming up. */
async function measure(pid, delivered) {
  await until(async () => (await delivered()) > 0);
  await sleep(warmUpMs);
  const [count, before] = [await delivered(), usageOf(pid)];
  await sleep(measureMs);
  const [more, after] = [await delivered(), usageOf(pid)];
  return {
    readings: more - count,
    cpuMs: after.cpuMs - before.cpuMs,
    writtenBytes: after.writtenBytes - before.writtenBytes,
    peakBytes: after.peakBytes,
  };
}
