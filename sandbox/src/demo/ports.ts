import { createServer } from 'node:net';
import { demoError } from './errors.ts';

export interface Ports {
  readonly http: number;
  readonly mqtt: number;
  readonly nodeRed: number;
}

const defaults = { http: 8080, mqtt: 1883, nodeRed: 1880 };
const variables = { http: 'CITY_HTTP_PORT', mqtt: 'CITY_MQTT_PORT', nodeRed: 'CITY_NODE_RED_PORT' } as const;
type PortName = keyof typeof variables;
const names = Object.keys(variables) as PortName[];

/** The three ports of the testbed, on loopback. 0 takes any free port. Every port that is taken is named at once. */
export async function choosePorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const wanted = names.map((name) => ({ name, port: readPort(name, env) }));
  const found = await Promise.all(
    wanted.map(async ({ name, port }) => ({ name, port, free: await freePort(port) })),
  );
  const taken = found.filter(({ free }) => free === undefined);
  const twice = wanted.filter(
    ({ port }, index) => port !== 0 && wanted.findIndex((other) => other.port === port) !== index,
  );
  if (taken.length > 0 || twice.length > 0) {
    const lines = [
      ...taken.map(({ name, port }) => `port ${port} is taken; set ${variables[name]} to another one`),
      ...twice.map(
        ({ name, port }) => `port ${port} is asked for twice; set ${variables[name]} to another one`,
      ),
    ];
    throw demoError('SANDBOX_DEMO_PORT_TAKEN', lines.join('; '), {
      context: { ports: taken.map(({ port }) => port) },
    });
  }
  const port = (name: PortName): number => found.find((one) => one.name === name)?.free ?? defaults[name];
  return { http: port('http'), mqtt: port('mqtt'), nodeRed: port('nodeRed') };
}

function readPort(name: PortName, env: NodeJS.ProcessEnv): number {
  const text = env[variables[name]];
  if (text === undefined || text === '') return defaults[name];
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw demoError('SANDBOX_DEMO_PORT_INVALID', `${variables[name]} is "${text}"; allowed: 0 to 65535`);
}

function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
