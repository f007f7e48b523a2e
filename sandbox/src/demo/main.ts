import { resolve } from 'node:path';
import { CodedError, messageOf } from '@city-testbed/runtime';
import * as city from './city.ts';
import { DataFolder } from './data-folder.ts';
import { choosePorts, type Ports } from './ports.ts';
import { Testbed } from './testbed.ts';

// npm start: the whole testbed with the demonstration city. Ctrl-C ends all of it.
const stopDeadlineMs = 3500;
const started = performance.now();

function say(line: string): void {
  console.log(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${line}`);
}

function printAddresses(testbed: Testbed, ports: Ports, folder: DataFolder): void {
  const accounts = city.users.map(({ email, password }) => `               ${email.padEnd(28)} ${password}`);
  console.log(`
City testbed runs (demonstration city ${city.site.name}; its history is synthetic and marked so)

  Web          ${testbed.sandboxUrl}/
  API docs     ${testbed.sandboxUrl}/api/docs
  Health       ${testbed.sandboxUrl}/health
  MQTT         mqtt://127.0.0.1:${ports.mqtt}
  Node-RED     http://127.0.0.1:${ports.nodeRed}/
  Sign in as
${accounts.join('\n')}
  Data         ${folder.path}

Ctrl-C ends it; the next start goes on with the same data.
`);
}

async function main(): Promise<void> {
  console.log('City testbed starts');
  const ports = await choosePorts(process.env);
  const folder = new DataFolder(resolve(process.env['CITY_DATA_DIR'] ?? '.data'));
  folder.lock();
  const testbed = new Testbed({ folder, ports, say, watch: process.argv.includes('--watch') });

  let stopping: Promise<void> | undefined;
  const stop = (code: number): void => {
    stopping ??= testbed.stop(stopDeadlineMs).then(() => {
      folder.unlock();
      process.exit(code);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      console.log('\nCity testbed stops');
      stop(0);
    });
  }
  try {
    await testbed.start();
    if (!stopping) printAddresses(testbed, ports, folder);
  } catch (error) {
    complain(error);
    stop(1);
  }
}

function complain(error: unknown): void {
  console.error(messageOf(error));
  if (error instanceof CodedError) console.error(`${error.code}: ${error.hint}`);
}

main().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
