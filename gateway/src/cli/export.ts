import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { configDir, messageOf } from '@city-testbed/runtime';
import { inspectGatewayConfig } from '../config/load.ts';
import { gatewayError } from '../errors.ts';
import { exportFile, isInUse, type FileTally } from '../outbox/file-export.ts';
import type { ExportRequest } from '../outbox/outbox.ts';
import { atMost, textOf, wordOf } from './arguments.ts';
import { UsageError, type Arguments, type Command, type ExitCode, type Io } from './command.ts';
import { askGateway, statusUrl } from './running-gateway.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'write what waits in the outbox as CSV or JSON lines, also from a damaged file',
  synopsis: '(--config FILE | --file OUTBOX.db) [--format csv|jsonl] [--output FILE]',
  details: `
  -c, --config FILE    the configuration of the gateway: its outbox
      --file FILE      an outbox file, e.g. one copied from an SD card; its log (FILE-wal) beside it is read too
      --format FORMAT  csv (RFC 4180) or jsonl; default: csv
  -o, --output FILE    default: standard output
      --since TIME     observed at or after; ISO 8601, e.g. 2026-03-01T00:00:00Z
      --until TIME     observed before
      --device ID      of this device only

One line a reading: device, metric, observedAt, value, unit, quality (good, bad, stale), reason, batch, synced (false: the
clock was not right, and observedAt is the earliest time that it can have been). Readings that the host has confirmed are
no longer in the outbox.

While the gateway runs it is asked for its outbox; otherwise the file is read. The file is never changed: a copy in the
folder for temporary files is read (TMPDIR=/somewhere if there is no room). Of a damaged file every row is written that
can be read. On a box use sudo: the outbox is the gateway's alone.

  sudo city-gateway export --config /etc/city-gateway/gateway.yaml --output readings.csv
  city-gateway export --file /media/usb/outbox.db --format jsonl --device school-meter --since 2026-03-01T00:00:00Z

Exit codes: 0 all is written, 1 some of it cannot be read (the rest is written) or it failed, 2 the command line is wrong.
`,
  options: {
    config: { type: 'string', short: 'c' },
    file: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string', short: 'o' },
    since: { type: 'string' },
    until: { type: 'string' },
    device: { type: 'string' },
  },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const request = requestOf(given);
    const file = fileOf(given, io.env);
    const output = textOf(given, 'output');
    if (output !== undefined && [file, `${file}-wal`].includes(resolve(output))) {
      throw new UsageError('--output is the outbox itself');
    }
    const tally: FileTally = { lines: 0, unreadable: 0 };
    const running = isInUse(file);
    const pieces = running ? askRunning(given, request, file, io) : exportFile(file, request, tally);
    const heads = request.format === 'csv' ? 1 : 0;
    const { complete, lines } = await write(pieces, output, tally, io);
    if (complete && lines <= heads) io.err('no reading waits there, of those that were asked for\n');
    if (tally.unreadable > 0) {
      io.err(
        `${file} is damaged: up to ${String(tally.unreadable)} batches cannot be read; the rest is written\n`,
      );
    }
    return complete && tally.unreadable === 0 ? 0 : 1;
  },
};

function requestOf(given: Arguments): ExportRequest {
  const since = timeOf(given, 'since');
  const until = timeOf(given, 'until');
  const device = textOf(given, 'device');
  return {
    format: wordOf(given, 'format', ['csv', 'jsonl']) ?? 'csv',
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(device === undefined ? {} : { device }),
  };
}

function timeOf(given: Arguments, name: string): number | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`--${name} takes a time like 2026-03-01T00:00:00Z, not "${text}"`);
  return at;
}

/** Throws UsageError, CONFIG_FILE_UNREADABLE, CONFIG_NOT_YAML and GATEWAY_EXPORT_FILE. */
function fileOf(given: Arguments, env: NodeJS.ProcessEnv): string {
  const config = textOf(given, 'config');
  const file = textOf(given, 'file');
  if ((config === undefined) === (file === undefined))
    throw new UsageError('give --config FILE or --file FILE');
  if (file !== undefined) return resolve(file);
  const path = config ?? '';
  // What is wrong elsewhere in the configuration does not matter here.
  const { outbox } = inspectGatewayConfig(path, env).parts;
  if (!outbox) throw gatewayError('GATEWAY_EXPORT_FILE', `the outbox section of ${path} has faults`);
  return resolve(configDir(path), outbox.file);
}

/** The gateway that holds the file gives it itself. */
async function* askRunning(
  given: Arguments,
  request: ExportRequest,
  file: string,
  io: Io,
): AsyncGenerator<string> {
  if (textOf(given, 'config') === undefined) {
    throw gatewayError(
      'GATEWAY_EXPORT_FILE',
      `${file} is used by a gateway that runs; give --config to ask that`,
    );
  }
  const base = statusUrl(given, io.env);
  io.err(`the gateway runs: its outbox is read over ${base.origin}\n`);
  const { format, since, until, device } = request;
  const query = new URLSearchParams({
    format,
    ...(since === undefined ? {} : { since: String(since) }),
    ...(until === undefined ? {} : { until: String(until) }),
    ...(device === undefined ? {} : { device }),
  });
  const response = await askGateway(base, `/outbox?${query.toString()}`, io.signal);
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? [])
      yield decoder.decode(piece as Uint8Array, { stream: true });
  } catch (error) {
    throw gatewayError('GATEWAY_NOT_RUNNING', `${base.origin} broke off: ${messageOf(error)}`, {
      cause: error,
    });
  }
  yield decoder.decode();
}

const PROGRESS_LINES = 200_000;

/** `complete`: whether all was written: not, where somebody stopped it. `lines`: what was written, the head too. */
async function write(
  pieces: AsyncIterable<string>,
  output: string | undefined,
  tally: FileTally,
  io: Io,
): Promise<{ readonly complete: boolean; readonly lines: number }> {
  const opened =
    output === undefined ? undefined : await open(output, 'w').catch((error: unknown) => fail(output, error));
  let told = PROGRESS_LINES;
  let lines = 0;
  try {
    for await (const piece of pieces) {
      if (io.signal.aborted) return { complete: false, lines };
      lines += piece.split('\n').length - 1;
      if (opened) await opened.write(piece).catch((error: unknown) => fail(output ?? '', error));
      else io.out(piece);
      if (tally.lines < told) continue;
      io.err(`${String(tally.lines)} readings\n`);
      told += PROGRESS_LINES;
    }
    return { complete: true, lines };
  } finally {
    await opened?.close();
  }
}

function fail(output: string, cause: unknown): never {
  throw gatewayError('GATEWAY_EXPORT_WRITE', `${output}: ${messageOf(cause)}`, { cause });
}
