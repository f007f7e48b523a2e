import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf, systemClock } from '@city-testbed/runtime';
import * as city from './city.ts';
import { Child } from './child.ts';
import { writeGatewayConfig, writeServerConfigs, writeSimulatorConfig } from './configs.ts';
import type { DataFolder } from './data-folder.ts';
import { demoError } from './errors.ts';
import { flowsEnvironment } from './flows-token.ts';
import { LogFile } from './log-file.ts';
import type { Ports } from './ports.ts';

const require = createRequire(import.meta.url);
const startTimeoutMs = 60_000;

export interface TestbedOptions {
  readonly folder: DataFolder;
  readonly ports: Ports;
  /** Start processes again when their code changes. */
  readonly watch: boolean;
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void;
}

/** The whole testbed on one machine: broker, sandbox, Node-RED, two gateways and their simulated devices. */
export class Testbed {
  readonly #options: TestbedOptions;
  readonly #children: Child[] = [];
  #stopping = false;

  constructor(options: TestbedOptions) {
    this.#options = options;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.#options.ports.http}`;
  }

  async start(): Promise<void> {
    const { folder, ports, say } = this.#options;
    const { sandbox, broker } = writeServerConfigs(folder, ports);

    const simulated = Promise.all(
      city.gateways.map(async (gateway) => ({ gateway, modbusPort: await this.#simulate(gateway) })),
    );
    this.#run('sandbox', [program('sandbox', 'city-sandbox'), 'run', '--config', sandbox]);
    this.#run('broker', [program('broker', 'city-broker'), 'run', '--config', broker]);
    await this.#answers('sandbox', `${this.sandboxUrl}/health`);
    say(`sandbox and broker run`);

    for (const { gateway, modbusPort } of await simulated) {
      const config = writeGatewayConfig(folder, gateway, modbusPort, ports);
      this.#run(gateway.id, [program('gateway', 'city-gateway'), 'run', '--config', config]);
      say(
        `${gateway.id} polls ${gateway.devices.length} simulated devices over Modbus TCP, 127.0.0.1:${modbusPort}`,
      );
    }
    await this.#startFlows();
  }

  /** Idempotent. The order is that of the data: nothing is sent to a part that is gone. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#children.map((child) => child.stop(deadlineMs)));
  }

  async #startFlows(): Promise<void> {
    const { folder, ports, say } = this.#options;
    try {
      const env = await flowsEnvironment(folder, this.sandboxUrl);
      const ready = this.#run('node-red', [join(workspace('flows'), 'start.js')], {
        ...env,
        CITY_SANDBOX_URL: this.sandboxUrl,
        CITY_NODE_RED_PORT: String(ports.nodeRed),
        CITY_NODE_RED_DIR: join(folder.path, 'node-red'),
      });
      await this.#line('node-red', ready, '"event":"listening"');
      say('Node-RED runs');
    } catch (error) {
      // The testbed is of use without its flows: say so, and go on.
      say(`Node-RED did not start: ${messageOf(error)}`);
    }
  }

  async #simulate(gateway: city.DemoGateway): Promise<number> {
    const config = writeSimulatorConfig(this.#options.folder, gateway);
    const name = `simulator-${gateway.id}`;
    const lines = this.#run(name, [
      program('device-profiles', 'device-profile'),
      'simulate',
      '--config',
      config,
    ]);
    const line = JSON.parse(await this.#line(name, lines, '"port"')) as { port: number };
    return line.port;
  }

  /** Starts a process; its lines go to its log file, and to whoever waits for one. */
  #run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): LineWaiter {
    const { folder, watch, say } = this.#options;
    const lines = new LineWaiter();
    const log = new LogFile(join(folder.path, 'logs', `${name}.log`));
    const child = new Child({
      name,
      args: watch ? ['--watch', '--watch-preserve-output', ...args] : args,
      env,
      log,
      onLine: (line) => lines.take(line),
      onExit: (code, retryMs) =>
        say(`${name} ended (${code ?? 'signal'}); again in ${retryMs} ms; see ${log.path}`),
    });
    this.#children.push(child);
    child.start();
    return lines;
  }

  async #line(name: string, lines: LineWaiter, part: string): Promise<string> {
    const line = await Promise.race([lines.containing(part), systemClock.sleep(startTimeoutMs)]);
    if (line !== undefined) return line;
    throw this.#failed(name);
  }

  async #answers(name: string, url: string): Promise<void> {
    const end = systemClock.monotonic() + startTimeoutMs;
    while (!this.#stopping && systemClock.monotonic() < end) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      if (answer?.ok) return;
      await systemClock.sleep(100);
    }
    if (!this.#stopping) throw this.#failed(name);
  }

  #failed(name: string): Error {
    const log = join(this.#options.folder.path, 'logs', `${name}.log`);
    return demoError(
      'SANDBOX_DEMO_PART_FAILED',
      `${name} gave no sign within ${startTimeoutMs / 1000} s; its log is ${log}`,
    );
  }
}

/** Lets one party wait for a line of a process's output. */
class LineWaiter {
  #waiting: { part: string; resolve: (line: string) => void }[] = [];

  take(line: string): void {
    const hit = this.#waiting.filter(({ part }) => line.includes(part));
    this.#waiting = this.#waiting.filter((waiter) => !hit.includes(waiter));
    for (const { resolve } of hit) resolve(line);
  }

  containing(part: string): Promise<string> {
    return new Promise((resolve) => this.#waiting.push({ part, resolve }));
  }
}

/** The folder of a workspace, wherever npm put it. */
function workspace(name: string): string {
  return dirname(require.resolve(`@city-testbed/${name}/package.json`));
}

function program(name: string, bin: string): string {
  return join(workspace(name), 'bin', `${bin}.js`);
}
