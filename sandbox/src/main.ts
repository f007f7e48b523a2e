import { createLogger, isCoded, messageOf, runUntilSignal } from '@city-testbed/runtime';
import { parseCommand, usage } from './arguments.ts';
import { loadSandboxConfig } from './config/index.ts';
import { version } from './version.ts';

const command = parseCommand(process.argv.slice(2));
switch (command.name) {
  case 'help':
    process.stdout.write(usage);
    break;
  case 'version':
    process.stdout.write(`${version}\n`);
    break;
  case 'wrong':
    process.stderr.write(`city-sandbox: ${command.why}\n\n${usage}`);
    process.exitCode = 2;
    break;
  case 'check':
    check(command.config);
    break;
  case 'run':
    await run(command.config);
}

function check(file: string): void {
  try {
    loadSandboxConfig({ file, env: process.env });
    process.stdout.write(`${file}: no fault\n`);
  } catch (error) {
    fail(error);
  }
}

async function run(file: string): Promise<void> {
  try {
    const config = loadSandboxConfig({ file, env: process.env });
    // Loaded only here, so that the other commands answer at once.
    const { createSandbox } = await import('./app.ts');
    const log = createLogger({ name: 'sandbox', level: config.logLevel });
    await runUntilSignal(createSandbox(config, { log }), log);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  const said = isCoded(error) ? `${error.code}: ${error.message}\n  ${error.hint}` : messageOf(error);
  process.stderr.write(`city-sandbox: ${said}\n`);
  process.exitCode = 1;
}
