import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { gatewayError } from '../errors.ts';
import type { TailReading } from '../status/tail/readings.ts';
import { atMost, isSet, textOf } from './arguments.ts';
import type { Command, ExitCode, Io } from './command.ts';
import { valueText } from './field/value-text.ts';
import { askGateway, runningHelp, runningOptions, statusUrl } from './running-gateway.ts';

export const tailCommand: Command = {
  name: 'tail',
  summary: 'show readings as they are written to the outbox',
  synopsis: '--config FILE [--device ID] [--metric NAME]',
  details: `
${runningHelp}
      --device ID    readings of this device alone
      --metric NAME  readings of this metric alone
      --json         a line of JSON for each reading: {at, device, metric, value, unit, quality, reason}

It ends with Ctrl-C. Where readings come faster than they can be shown, some are left out, and it says how many.
Readings that are held back until the clock is synchronised are not shown.

  city-gateway tail --config /etc/city-gateway/gateway.yaml --device school-meter

Exit codes: 0 it was told to end, 1 the gateway does not run or is gone, 2 the command line is wrong.
`,
  options: { ...runningOptions, device: { type: 'string' }, metric: { type: 'string' } },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const base = statusUrl(given, io.env);
    const query = new URLSearchParams();
    for (const name of ['device', 'metric']) {
      const value = textOf(given, name);
      if (value !== undefined) query.set(name, value);
    }
    try {
      const { body } = await askGateway(base, `/tail?${query.toString()}`, io.signal);
      if (body) await show(body, isSet(given, 'json'), io);
    } catch (error) {
      if (!io.signal.aborted) throw error;
    }
    if (io.signal.aborted) return 0;
    throw gatewayError('GATEWAY_NOT_RUNNING', `the gateway at ${base.origin} is gone`);
  },
};

/** Resolves when the stream ends or breaks off: either way the gateway tells no more. */
function show(body: ReadableStream, json: boolean, io: Io): Promise<void> {
  const stream = Readable.fromWeb(body);
  const lines = createInterface({ input: stream });
  return new Promise((resolve, reject) => {
    const end = (): void => lines.close();
    stream.on('error', end);
    lines.on('error', end);
    lines.once('close', resolve);
    lines.on('line', (line) => {
      if (io.signal.aborted) return;
      try {
        io.out(json ? `${line}\n` : tellLine(line));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

function tellLine(line: string): string {
  const told = JSON.parse(line) as TailReading | { readonly dropped: number };
  if ('dropped' in told) return `(${String(told.dropped)} readings were left out: too many to show)\n`;
  return `${readingLine(told)}\n`;
}

/** `2026-01-01T10:00:00.000Z  meter-1  voltage  230.1 V`; a value that is not good says why. */
export function readingLine({ at, device, metric, value, unit, quality, reason }: TailReading): string {
  const shown = value === null ? '-' : valueText(value);
  const measured = unit === undefined || unit === '1' || value === null ? shown : `${shown} ${unit}`;
  const fault = quality === 'good' ? '' : `  ${quality}: ${reason ?? 'no reason given'}`;
  return `${new Date(at).toISOString()}  ${device}  ${metric}  ${measured}${fault}`;
}
