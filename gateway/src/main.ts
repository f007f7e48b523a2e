import { readFileSync } from 'node:fs';
import { messageOf, onLauncherGone } from '@city-testbed/runtime';
import type { Io } from './cli/command.ts';
import { dispatch } from './cli/dispatch.ts';

const abort = new AbortController();
const onSignal = (name: NodeJS.Signals): void => {
  if (abort.signal.aborted) process.exit(1);
  abort.abort(name);
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
onLauncherGone(() => onSignal('SIGHUP'));

let writing = false;

/** Whoever read the results is gone (`city-gateway tail | head`): the command has nobody to work for. */
function out(text: string): void {
  if (!writing) process.stdout.on('error', () => abort.abort('SIGPIPE'));
  writing = true;
  process.stdout.write(text);
}

const io: Io = {
  out,
  err: (text) => process.stderr.write(text),
  signal: abort.signal,
  env: process.env,
  onHangUp: (listener) => process.on('SIGHUP', listener),
};
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
try {
  const code = await dispatch(process.argv.slice(2), version, io);
  // What a pipe has not taken yet would be lost.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  // A command may leave sockets and timers behind; its result is all that counts.
  process.exit(code);
} catch (error) {
  process.stderr.write(`city-gateway: ${messageOf(error)}\n`);
  process.exit(1);
}
