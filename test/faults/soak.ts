import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createSimulator,
  parseProfile,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { workspace } from '../fixtures/process.ts';
import { freePort } from '../fixtures/testbed.ts';
import { Daemon } from './daemon.ts';

const DEVICES = 50;
const REGISTERS = 20;
const UNITS_A_PORT = 10;
const SAMPLE_EVERY_MS = 10_000;
/** How far memory may move after the warm-up, of its mean. */
const ALLOWED = 0.1;

/** Resident memory stays flat while nobody takes the readings. Says whether it did. */
export async function soak(minutes: number, say: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'city-soak-'));
  const { simulator, ports } = await startField(writeProfile(folder));
  const config = join(folder, 'gateway.yaml');
  writeFileSync(config, JSON.stringify(configOf(ports, await freePort())));
  writeFileSync(join(folder, 'token'), 'nobody-asks');
  const gateway = new Daemon({
    name: 'gateway',
    logFile: join(folder, 'gateway.log'),
    command: [process.execPath, join(workspace('gateway'), 'bin/city-gateway.js'), 'run', '--config', config],
  });
  // Nobody else ends the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void gateway.end().then(() => process.exit(130)));
  }
  // A sixth of the time, ten minutes of an hour: caches fill and code is compiled.
  const warmUp = (minutes * 60_000) / 6;
  const began = Date.now();
  say(`soak: ${DEVICES} devices x ${REGISTERS} registers at 1 Hz, no broker, ${minutes} minutes; ${folder}`);
  const samples: { minute: number; bytes: number }[] = [];
  while (Date.now() - began < minutes * 60_000 && !gateway.ended) {
    await sleep(SAMPLE_EVERY_MS);
    const bytes = gateway.residentBytes();
    const minute = (Date.now() - began) / 60_000;
    if (bytes === undefined) break;
    const warm = Date.now() - began > warmUp;
    if (warm) samples.push({ minute, bytes });
    say(`${minute.toFixed(1)} min: ${megabytes(bytes)} MiB${warm ? '' : ' (warm-up)'}`);
  }
  const alive = !gateway.ended;
  await gateway.end();
  await simulator.stop();
  const fine = alive && isFlat(samples, say);
  if (!alive) say(`the gateway ended:\n${gateway.lastLines(10)}`);
  if (fine) rmSync(folder, { recursive: true, force: true });
  else say(`kept: ${folder}`);
  return fine;
}

function isFlat(samples: readonly { minute: number; bytes: number }[], say: (line: string) => void): boolean {
  if (samples.length < 2) {
    say('too short for a verdict');
    return false;
  }
  const sizes = samples.map(({ bytes }) => bytes);
  const mean = sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length;
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const off = Math.max(high - mean, mean - low) / mean;
  say(
    `memory: mean ${megabytes(mean)} MiB, ${megabytes(low)} to ${megabytes(high)}, at most ${(100 * off).toFixed(1)} % off; ` +
      `slope ${megabytes(slope(samples) * 60)} MiB an hour`,
  );
  return off <= ALLOWED;
}

/** Least squares, bytes a minute. */
function slope(samples: readonly { minute: number; bytes: number }[]): number {
  const count = samples.length;
  const meanX = samples.reduce((sum, { minute }) => sum + minute, 0) / count;
  const meanY = samples.reduce((sum, { bytes }) => sum + bytes, 0) / count;
  const over = samples.reduce((sum, { minute, bytes }) => sum + (minute - meanX) * (bytes - meanY), 0);
  const under = samples.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0);
  return over / under;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

interface Field {
  readonly simulator: Simulator;
  /** Port of each device. */
  readonly ports: readonly number[];
}

async function startField(profile: ModbusProfile): Promise<Field> {
  const devices = Array.from({ length: DEVICES }, (_, index) => ({
    profile,
    port: 0,
    group: `bus-${Math.floor(index / UNITS_A_PORT)}`,
    unit: unitOf(index),
  }));
  const simulator = createSimulator({ devices });
  await simulator.start(new AbortController().signal);
  return { simulator, ports: simulator.ports.map(({ port }) => port) };
}

function unitOf(index: number): number {
  return 1 + (index % UNITS_A_PORT);
}

/** A profile with neighbouring registers, whose values change with each read. */
function writeProfile(folder: string): ModbusProfile {
  const names = Array.from({ length: REGISTERS }, (_, index) => `r${index}`);
  const text = `format: 1
id: testbed/block
vendor: Testbed
model: Block
description: { en: Twenty registers side by side, ro: Douăzeci de registre alăturate }
sources: [{ title: 'City testbed, fault harness', page: this file }]
transport: modbus
metrics:
${names.map((name, at) => `  - { name: ${name}, label: { en: Value, ro: Valoare }, unit: '1', datatype: UInt16, intervalMs: 1000, register: { table: holding, address: ${at}, type: uint16 } }`).join('\n')}
simulate:
  signals:
${names.map((name) => `    ${name}: { kind: counter, start: 1, step: 1, per: read, wrap: 60000 }`).join('\n')}
`;
  mkdirSync(join(folder, 'profiles/testbed'), { recursive: true });
  writeFileSync(join(folder, 'profiles/testbed/block.yaml'), text);
  return parseProfile(text, 'testbed/block.yaml') as ModbusProfile;
}

function configOf(ports: readonly number[], noBroker: number): object {
  return {
    id: 'gw-1',
    site: 'baia-mare',
    profiles: ['profiles'],
    ports: ports.map((port) => ({ id: `bus-${port}`, kind: 'modbus-tcp', host: '127.0.0.1', port })),
    devices: Array.from({ length: DEVICES }, (_, index) => ({
      id: `soak-${index + 1}`,
      profile: 'testbed/block',
      port: `bus-${ports[Math.floor(index / UNITS_A_PORT)] ?? 0}`,
      unit: unitOf(index),
    })),
    uplink: { url: `mqtt://127.0.0.1:${noBroker}`, password: { file: 'token' }, primaryHost: 'sandbox' },
  };
}
