import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Fields that never reach a log, at the top and one level down. */
const secretFields = [
  'password',
  'passwordHash',
  'token',
  'secret',
  'authorization',
  'cookie',
  'privateKey',
  'hmacKey',
];

/**
 * JSON lines on standard output: fields first, message second. A stage takes `log.child({ stage: 'ingest' })`.
 * Fields with the names of secrets are redacted.
 */
export function createLogger(options: { name: string; level?: LogLevel }): Logger {
  listenOnce();
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    // Not pino's own destination: it waits for ever once whoever read this process's output is gone (EPIPE).
    process.stdout,
  );
}

let listening = false;

/** Whoever read the output is gone: there is nobody left to tell, and the work goes on without a log. */
function listenOnce(): void {
  if (listening) return;
  listening = true;
  process.stdout.on('error', () => undefined);
}
