import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredBatch } from '../model/reading.ts';
import { gatherStatus, type Parts } from '../status/gather.ts';
import { HttpStatus } from '../status/http-status.ts';
import { Tail } from '../status/tail/tail.ts';
import { collectIo } from '../testing/collect-io.ts';
import { deviceOf, registers } from '../testing/profiles.ts';
import { statusParts, troubledParts } from '../testing/status-parts.ts';
import { dispatch } from './dispatch.ts';
import { readingLine } from './tail.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const device = deviceOf(registers([0, 1]), { id: 'meter-1' });
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

type Listener = (batches: readonly StoredBatch[]) => void;

async function serve(
  parts: Parts,
): Promise<{ url: string; server: HttpStatus; listening: Promise<Listener> }> {
  let listen: (listener: Listener) => void = () => undefined;
  const listening = new Promise<Listener>((resolve) => (listen = resolve));
  const outbox = {
    onCommit: (listener: Listener) => {
      listen(listener);
      return () => undefined;
    },
  };
  const aliases = new Map(device.metrics.map(({ name }, index) => [name, index + 1]));
  const tail = new Tail({
    outbox,
    devices: () => [device],
    aliases: () => aliases,
    clock: new ManualClock(),
  });
  const server = new HttpStatus({ host: '127.0.0.1', port: 0, status: () => gatherStatus(parts), tail, log });
  running.push(server);
  await server.start();
  return { url: `http://127.0.0.1:${String(server.address?.port)}`, server, listening };
}

async function called(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = collectIo();
  const code = await dispatch(args, '0', io);
  return { code, out: io.written(), err: io.complained() };
}

function configFile(status: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'city-status-')), 'gateway.yaml');
  writeFileSync(file, `id: gw-1\n${status}\n`);
  return file;
}

describe('city-gateway status', () => {
  test('ends with 0 where all is well, and shows every part', async () => {
    const { url } = await serve(statusParts());
    const { code, out } = await called('status', '--url', url);
    expect(code).toBe(0);
    expect(out).toMatch(/^gw-1 \(baia-mare\): All is well\n/);
    expect(out).toContain(
      'uplink   online, changed 60 minutes ago, mqtts://broker.example:8883, 3 under way, 2.5 a second, last confirmed 1 second ago',
    );
    expect(out).toMatch(/PORT +KIND +STATE/);
    expect(out).toMatch(/meter-1 +rs485 +answers +2 seconds ago +600 +4 +6/);
  });

  test('shows faults first, each with what to do, and ends with 1', async () => {
    const { url } = await serve(troubledParts());
    const { code, out } = await called('status', '--url', url);
    expect(code).toBe(1);
    const lines = out.split('\n');
    expect(lines[2]).toBe('  ! the gateway does not move: port rs485 is 70 s late');
    expect(lines[3]).toContain('restarted by itself');
  });

  test('finds the gateway by its configuration, whatever else is wrong in it, and gives JSON', async () => {
    const { server } = await serve(statusParts());
    const file = configFile(`status: { port: ${String(server.address?.port)} }\nports: 7`);
    const { code, out } = await called('status', '--config', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ gateway: 'gw-1', status: 'ok' });
  });

  test('says that no gateway runs, or that something else answers, with what to do', async () => {
    const { url, server } = await serve(statusParts());
    await server.stop();
    const gone = await called('status', '--url', url);
    expect(gone).toMatchObject({ code: 1, out: '' });
    expect(gone.err).toMatch(/GATEWAY_NOT_RUNNING: .*ECONNREFUSED.*\n {2}Is it running/);
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    running.push({ stop: () => new Promise((resolve) => other.close(() => resolve())) });
    const stranger = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}`;
    expect((await called('status', '--url', stranger)).err).toContain('something else listens');
    const json = await called('status', '--url', url, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'GATEWAY_NOT_RUNNING' } });
  });

  test('a configuration without a status section is told apart from a gateway that does not run', async () => {
    expect((await called('status', '--config', configFile(''))).err).toContain('GATEWAY_STATUS_OFF');
    expect((await called('status', '--config', configFile('status: { port: 0 }'))).err).toContain(
      'any free port',
    );
    expect((await called('status')).code).toBe(2);
    expect((await called('status', '--url', 'ftp://x')).code).toBe(2);
  });
});

describe('city-gateway tail', () => {
  const readings = [
    { alias: 1, value: 230.5 },
    { alias: 2, value: null, reason: 'no_response' as const },
  ];
  const batch = { number: 1, device: 'meter-1', at: 0, uptime: 0, synced: true, readings };

  test('shows readings until it is told to end', async () => {
    const { url, listening } = await serve(statusParts());
    const abort = new AbortController();
    const io = collectIo({}, abort.signal);
    const ended = dispatch(['tail', '--url', url, '--device', 'meter-1'], '0', {
      ...io,
      out: (text) => {
        io.out(text);
        if (io.written().split('\n').length > 2) abort.abort();
      },
    });
    (await listening)([{ ...batch, device: 'other' }, batch]);
    expect(await ended).toBe(0);
    expect(io.written()).toBe(
      '1970-01-01T00:00:00.000Z  meter-1  r0  230.5\n1970-01-01T00:00:00.000Z  meter-1  r1  -  bad: no_response\n',
    );
  });

  test('gives lines of JSON, and says when the gateway is gone', async () => {
    const { url, listening, server } = await serve(statusParts());
    const io = collectIo();
    const ended = dispatch(['tail', '--url', url, '--metric', 'r0', '--json'], '0', {
      ...io,
      out: (text) => {
        io.out(text);
        void server.stop();
      },
    });
    (await listening)([batch]);
    expect(await ended).toBe(1);
    const [first = '', ...rest] = io.written().split('\n');
    expect(JSON.parse(first)).toEqual({
      at: 0,
      device: 'meter-1',
      metric: 'r0',
      value: 230.5,
      quality: 'good',
    });
    expect(rest.join('\n')).toContain('is gone');
  });

  test('writes the unit after the value, but not the one of plain numbers', () => {
    const reading = { at: 0, device: 'd', metric: 'm', value: 1.5, quality: 'good' } as const;
    expect(readingLine({ ...reading, unit: 'V' })).toContain('1.5 V');
    expect(readingLine({ ...reading, unit: '1' })).toMatch(/1\.5$/);
  });
});
