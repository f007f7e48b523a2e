import { createLogger, isCoded, messageOf, runUntilSignal } from '@city-testbed/runtime';
import { createBroker } from './app.ts';
import { help, parseCommand } from './command.ts';
import { loadBrokerConfig } from './config/load.ts';

const command = parseCommand(process.argv.slice(2));

if (command.name === 'help') process.stdout.write(help);
else if (command.name === 'usage') {
  process.stderr.write(`city-broker: ${command.fault}\n\n${help}`);
  process.exitCode = 2;
} else {
  try {
    const config = loadBrokerConfig(command.config);
    if (command.name === 'check') process.stdout.write(`${command.config}: no faults\n`);
    else {
      const log = createLogger({ name: 'broker', level: config.log.level });
      const broker = createBroker(config, { log });
      const abort = new AbortController();
      await runUntilSignal({ start: () => broker.start(abort.signal), stop: () => broker.stop() }, log);
    }
  } catch (error) {
    const hint = isCoded(error) ? `\n${error.code}: ${error.hint}` : '';
    process.stderr.write(`city-broker: ${messageOf(error)}${hint}\n`);
    process.exitCode = 1;
  }
}
