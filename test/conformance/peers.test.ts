import { execFile, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { promisify } from 'node:util';
import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo, type Demo } from '../fixtures/demo.ts';
import { signIn } from '../fixtures/testbed.ts';

// Programs that nobody here wrote.

const run = promisify(execFile);

function installed(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const python = '/usr/bin/python3';
const missing = {
  pymodbus: installed(python, '-c', 'from pymodbus.client import ModbusTcpClient')
    ? undefined
    : 'python3-pymodbus is not installed',
  mosquitto: installed('sh', '-c', 'command -v mosquitto_sub')
    ? undefined
    : 'mosquitto-clients is not installed',
};

describe.skipIf(missing.pymodbus)(`pymodbus as Modbus master ${missing.pymodbus ?? ''}`, () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
    const signals = { voltage: { kind: 'constant', value: 230.2 } } as const;
    simulator = createSimulator({ devices: [{ profile, port: 0, unit: 7, signals }] });
    await simulator.start(new AbortController().signal);
  });
  afterAll(() => simulator.stop());

  const script = (body: string): string => `
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient('127.0.0.1', port=${simulator.ports[0]!.port})
client.connect()
${body}
client.close()
`;

  test('reads a float of the simulated meter', async () => {
    const { stdout } = await run(python, [
      '-c',
      script('print(client.read_input_registers(0, 2, slave=7).registers)'),
    ]);
    expect(stdout.trim()).toBe('[17254, 13107]'); // 0x4366 0x3333: 230.2
  });

  test('is told of an address that is not there, and of a function that is not served', async () => {
    const { stdout } = await run(python, [
      '-c',
      script(`
print(client.read_input_registers(0x7000, 2, slave=7).exception_code)
print(client.write_register(0, 1, slave=7).exception_code in (1, 2))`),
    ]);
    expect(stdout.trim().split('\n')).toEqual(['2', 'True']);
  });
});

describe.skipIf(missing.mosquitto)(
  `mosquitto's clients as a pilot's service ${missing.mosquitto ?? ''}`,
  () => {
    let demo: Demo;
    beforeAll(async () => {
      demo = await startDemo();
    });
    afterAll(async () => {
      await demo.process.end('SIGINT');
    });

    test('mosquitto_sub reads the prefix, mosquitto_pub answers', async () => {
      const api = await signIn(demo.url, { email: 'furnizor@demo.example', password: 'demo-vendor' });
      const { environment } = await api<{ environment: Record<string, string> }>(
        'POST',
        '/pilots/calitatea-aerului/tokens',
        { name: 'mosquitto' },
      );
      const { hostname, port } = new URL(environment['MQTT_URL']!);
      const access = [
        '-h',
        hostname,
        '-p',
        port,
        '-u',
        environment['MQTT_USERNAME']!,
        '-P',
        environment['MQTT_PASSWORD']!,
      ];
      const prefix = environment['TOPIC_PREFIX']!;

      const { stdout } = await run('mosquitto_sub', [
        ...access,
        '-t',
        `${prefix}/devices/+/readings`,
        '-C',
        '2',
        '-W',
        '40',
      ]);
      const messages = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { source: string });
      expect(messages.map(({ source }) => source)).toEqual(['live', 'live']);

      // Line by line, or its SUBACK would stay in its buffer until the end.
      const listen = [
        '-oL',
        'mosquitto_sub',
        ...access,
        '-q',
        '1',
        '-t',
        `${prefix}/out/+`,
        '-C',
        '1',
        '-W',
        '40',
        '-d',
      ];
      const listener = spawn('stdbuf', listen);
      const heard: string[] = [];
      const subscribed = new Promise<void>((resolve) => {
        createInterface({ input: listener.stdout }).on('line', (line) => {
          heard.push(line);
          if (line.includes('SUBACK')) resolve();
        });
      });
      const ended = once(listener, 'close');
      await subscribed;
      await run('mosquitto_pub', [...access, '-q', '1', '-t', `${prefix}/out/alert`, '-m', '{"level":2}']);
      await ended;
      expect(heard).toContain('{"level":2}');
      const { items } = await api<{ items: { payload: unknown }[] }>(
        'GET',
        '/pilots/calitatea-aerului/outputs',
      );
      expect(items.map(({ payload }) => payload)).toContainEqual({ level: 2 });
    });
  },
);
