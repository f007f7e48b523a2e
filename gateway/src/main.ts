import { readFileSync } from 'node:fs';
import { configDir, createLogger, isCoded, messageOf, runUntilSignal } from '@city-testbed/runtime';
import { parseCommand } from './cli/arguments.ts';
import { checkConfig, formatCheck } from './cli/check.ts';
import { usage } from './cli/usage.ts';
import { loadGatewayConfig } from './config/load.ts';

const command = parseCommand(process.argv.slice(2));
switch (command.name) {
  case 'help':
    process.stdout.write(usage);
    break;
  case 'version': {
    const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    process.stdout.write(`${(JSON.parse(file) as { version: string }).version}\n`);
    break;
  }
  case 'wrong':
    process.stderr.write(`city-gateway: ${command.why}\n\n${usage}`);
    process.exitCode = 2;
    break;
  case 'check': {
    const result = checkConfig(command.config);
    if (command.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else (result.ok ? process.stdout : process.stderr).write(formatCheck(result));
    process.exitCode = result.ok ? 0 : 1;
    break;
  }
  case 'run':
    await run(command.config);
}

async function run(file: string): Promise<void> {
  try {
    const config = loadGatewayConfig(file);
    // Loaded only here, so that the other commands answer at once.
    const { createGateway } = await import('./app.ts');
    const log = createLogger({ name: 'gateway', level: config.logLevel }).child({ gateway: config.id });
    const gateway = createGateway(config, { log, baseDir: configDir(file) });
    const start = async (): Promise<void> => {
      await gateway.start(new AbortController().signal);
      log.info({ devices: config.devices.length, ports: config.ports.length }, 'gateway runs');
    };
    await runUntilSignal({ start, stop: (deadlineMs) => gateway.stop(deadlineMs) }, log);
  } catch (error) {
    const hint = isCoded(error) ? `${error.code}: ${error.message}\n  ${error.hint}` : messageOf(error);
    process.stderr.write(`city-gateway: ${hint}\n`);
    process.exitCode = 1;
  }
}
