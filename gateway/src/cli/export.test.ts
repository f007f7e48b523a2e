import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ExportRoute } from '../status/export-route.ts';
import { folder, sqlite } from '../outbox/sqlite.suite.ts';
import type { SqliteOutbox } from '../outbox/sqlite-outbox.ts';
import { collectIo } from '../testing/collect-io.ts';
import { dispatch } from './dispatch.ts';

vi.setConfig({ testTimeout: 30_000 });

const noon = Date.UTC(2026, 2, 1, 12);
const device = {
  id: 'school-meter',
  name: 'Meter',
  profile: 'eastron/sdm120',
  metrics: [
    { name: 'voltage', datatype: 'Float', unit: 'V', writable: false, intervalMs: 1000 },
    { name: 'note', datatype: 'String', writable: false, intervalMs: 1000 },
    { name: 'energy', datatype: 'UInt64', unit: 'Wh', writable: false, intervalMs: 1000 },
  ],
} as const;

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = collectIo();
  const code = await dispatch(['export', ...args], '1.2.3', io);
  return { code, out: io.written(), err: io.complained() };
}

async function opened(file: string): Promise<SqliteOutbox> {
  const outbox = sqlite(file, { maxBytes: 100_000_000 });
  await outbox.start();
  outbox.declare(device);
  outbox.declare({ ...device, id: 'school-other' });
  return outbox;
}

const batch = (at: number, value: number) => ({
  device: 'school-meter',
  at,
  uptime: 1000,
  synced: true,
  readings: [{ alias: 2, value }],
});

/** One batch of each sort. */
async function small(file: string): Promise<SqliteOutbox> {
  const outbox = await opened(file);
  outbox.append({
    ...batch(noon, 230.5),
    readings: [
      { alias: 2, value: 230.5 },
      { alias: 3, value: 'says "no", then\nstops; ăîșț' },
      { alias: 4, value: 2n ** 63n },
    ],
  });
  outbox.append({ ...batch(noon + 1000, 0), readings: [{ alias: 2, value: null, reason: 'no_response' }] });
  outbox.append({ ...batch(noon + 2000, 231), device: 'school-other', readings: [{ alias: 6, value: 231 }] });
  outbox.append({ ...batch(noon + 3000, 232), synced: false });
  outbox.commit();
  return outbox;
}

const csv = (first: number): string =>
  [
    'device,metric,observedAt,value,unit,quality,reason,batch,synced',
    `school-meter,voltage,2026-03-01T12:00:00.000Z,230.5,V,good,,${first},true`,
    `school-meter,note,2026-03-01T12:00:00.000Z,"says ""no"", then\nstops; ăîșț",,good,,${first},true`,
    `school-meter,energy,2026-03-01T12:00:00.000Z,9223372036854775808,Wh,good,,${first},true`,
    `school-meter,voltage,2026-03-01T12:00:01.000Z,,V,bad,no_response,${first + 1},true`,
    `school-other,voltage,2026-03-01T12:00:02.000Z,231,V,good,,${first + 2},true`,
    `school-meter,voltage,2026-03-01T12:00:03.000Z,232,V,good,,${first + 3},false`,
    '',
  ].join('\r\n');

const snapshot = (dir: string) =>
  readdirSync(dir).map((name) => [
    name,
    statSync(join(dir, name)).mtimeMs,
    readFileSync(join(dir, name), 'base64'),
  ]);

describe('city-gateway export', () => {
  it('writes a stopped outbox as CSV, held-back batches too, and changes no file', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const outbox = await small(file);
    const first = outbox.after(0, 1)[0]?.number ?? 0;
    await outbox.stop();
    const before = snapshot(dir);
    expect(await run('--file', file)).toEqual({ code: 0, out: csv(first), err: '' });
    expect(snapshot(dir)).toEqual(before);
    const output = join(folder(), 'readings.csv');
    expect(await run('--file', file, '--output', output)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(output, 'utf8')).toBe(csv(first));
  });

  it('says so where nothing waits', async () => {
    const file = join(folder(), 'o.db');
    await (await small(file)).stop();
    const err = 'no reading waits there, of those that were asked for\n';
    const [head = ''] = csv(0).split('\r\n');
    const none = ['--file', file, '--device', 'nobody'];
    expect(await run(...none)).toEqual({ code: 0, out: `${head}\r\n`, err });
    expect(await run(...none, '--format', 'jsonl')).toEqual({ code: 0, out: '', err });
  });

  it('writes JSON lines, of one device and between two times', async () => {
    const file = join(folder(), 'o.db');
    const outbox = await small(file);
    const first = outbox.after(0, 1)[0]?.number ?? 0;
    await outbox.stop();
    const { code, out } = await run(
      ...['--file', file, '--format', 'jsonl', '--device', 'school-meter'],
      ...['--since', '2026-03-01T12:00:00Z', '--until', '2026-03-01T12:00:03Z'],
    );
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { batch: number });
    expect(lines).toMatchObject([
      { metric: 'voltage', value: 230.5, quality: 'good', observedAt: '2026-03-01T12:00:00.000Z' },
      { metric: 'note', value: 'says "no", then\nstops; ăîșț' },
      { metric: 'energy', value: '9223372036854775808', synced: true },
      { metric: 'voltage', value: null, quality: 'bad', reason: 'no_response' },
    ]);
    expect(lines.map(({ batch: number }) => number)).toEqual([first, first, first, first + 1]);
  });

  it('reads a file copied from a card with its log, where the last readings are', async () => {
    const dir = folder();
    const outbox = await small(join(dir, 'o.db'));
    const card = folder();
    for (const part of ['', '-wal']) copyFileSync(join(dir, `o.db${part}`), join(card, `card.db${part}`));
    const before = snapshot(card);
    const { code, out } = await run('--file', join(card, 'card.db'));
    expect({ code, lines: out.split('\r\n').length }).toEqual({ code: 0, lines: 8 });
    expect(snapshot(card)).toEqual(before);
    await outbox.stop();
  });

  it('writes what can be read of a damaged file, and says how much could not', async () => {
    const file = join(folder(), 'o.db');
    const outbox = await opened(file);
    for (let at = 0; at < 5000; at++) outbox.append(batch(noon + at, at));
    outbox.commit();
    await outbox.stop();
    const pages = Math.floor(statSync(file).size / 4096);
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096), 0, 4096, Math.floor(pages / 2) * 4096);
    closeSync(handle);
    const { code, out, err } = await run('--file', file);
    const unreadable = Number(/up to (\d+) batches/.exec(err)?.[1]);
    expect(code).toBe(1);
    expect(unreadable).toBeGreaterThan(10);
    expect(unreadable).toBeLessThan(300);
    expect(out.trimEnd().split('\r\n')).toHaveLength(5000 - unreadable + 1);
    expect(out).toContain(`,${String(4999)},V,`);
  });

  it('asks the gateway where that runs, and gets the same', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const outbox = await small(file);
    const first = outbox.after(0, 1)[0]?.number ?? 0;
    const route = new ExportRoute(outbox, () => undefined);
    const server = createServer((request, response) => {
      route.answer({ request, response, url: new URL(request.url ?? '', 'http://localhost') });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = join(dir, 'gateway.yaml');
    writeFileSync(config, `outbox: { file: ./o.db }\nstatus: { host: 127.0.0.1, port: ${String(port)} }\n`);
    // Locks are those of a process: within this one, SQLite would see its own.
    const script = `
      import { dispatch } from ${JSON.stringify(new URL('../../dist/cli/dispatch.js', import.meta.url).href)};
      const io = { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text),
        signal: new AbortController().signal, env: {} };
      process.exitCode = await dispatch(process.argv.slice(1), '1', io);`;
    const call = (...args: string[]) =>
      new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
        void import('node:child_process').then(({ spawn }) => {
          const child = spawn(process.execPath, [
            '--input-type=module',
            '-e',
            script,
            '--',
            'export',
            ...args,
          ]);
          let [out, err] = ['', ''];
          child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
          child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
          child.on('close', (code) => resolve({ code, out, err }));
        });
      });
    try {
      const asked = await call('--config', config);
      expect(asked).toEqual({
        code: 0,
        out: csv(first),
        err: `the gateway runs: its outbox is read over http://127.0.0.1:${String(port)}\n`,
      });
      const direct = await call('--file', file);
      expect(direct.code).toBe(1);
      expect(direct.err).toContain('GATEWAY_EXPORT_FILE');
    } finally {
      server.close();
      server.closeAllConnections();
      await outbox.stop();
    }
  });

  it('says what is wrong with the command line or the file', async () => {
    expect((await run()).code).toBe(2);
    expect((await run('--file', 'a', '--config', 'b')).code).toBe(2);
    expect((await run('--file', 'a', '--format', 'xml')).code).toBe(2);
    expect((await run('--file', 'a', '--since', 'yesterday')).code).toBe(2);
    expect((await run('--file', 'a', '--output', 'a')).code).toBe(2);
    const missing = await run('--file', '/does/not/exist.db');
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('GATEWAY_EXPORT_FILE') as string });
    const file = join(folder(), 'text.db');
    writeFileSync(file, 'this is no database. '.repeat(400));
    expect((await run('--file', file)).err).toContain('GATEWAY_EXPORT_FILE');
  });

  it('yields to others while it exports a running outbox, and takes no part of what is hidden', async () => {
    const outbox = await opened(join(folder(), 'o.db'));
    for (let at = 0; at < 2000; at++) outbox.append(batch(noon + at, at));
    outbox.commit();
    const all = outbox.after(0, 5000).map(({ number }) => number);
    let text = '';
    let pieces = 0;
    for await (const piece of outbox.export({ format: 'jsonl' })) {
      text += piece;
      // What is committed and confirmed meanwhile does not disturb it.
      if (++pieces === 2) {
        outbox.confirm(all.slice(1500));
        outbox.append(batch(noon + 9000, 9000));
        outbox.commit();
      }
    }
    expect(pieces).toBeGreaterThan(5);
    expect(text.trimEnd().split('\n')).toHaveLength(1501);
    await outbox.stop();
  });
});
