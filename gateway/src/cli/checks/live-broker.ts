import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { connect as connectMqtt, type IClientOptions } from 'mqtt';
import { messageOf, readSecret } from '@city-testbed/runtime';
import { formatTopic } from '@city-testbed/sparkplug';
import { connectionFault } from '../../errors.ts';
import type { GatewayConfig } from '../../config/schema.ts';

/** SUBACK of a topic that may not be subscribed. MQTT 3.1.1, section 3.9.3. */
const REFUSED = 128;
const whoIsKnown = "are id, site and token those of the sandbox's configuration?";

/** How one broker took a connection, just now. */
export interface LiveBroker {
  readonly url: string;
  readonly reachable: boolean;
  /** Undefined: the broker did not say. */
  readonly accepted?: boolean;
  readonly ms: number;
  readonly fault?: string;
}

/**
 * Connects to every broker once and leaves again. It uses a client id of its own (`<id>-check`), so that a gateway that
 * runs is not thrown out; a broker that ties credentials to the client id refuses that, which tells nothing. It also asks
 * for the gateway's commands, which nobody notices: a credential of another site or gateway is let in, but not to those.
 */
export async function tryBrokers(
  config: GatewayConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
): Promise<LiveBroker[]> {
  const { uplink } = config;
  let options: IClientOptions;
  try {
    options = optionsOf(config, baseDir, env);
  } catch (error) {
    return [{ url: uplink.url, reachable: false, ms: 0, fault: messageOf(error) }];
  }
  const { id, site } = config;
  const commands = formatTopic({ type: 'NCMD', group: site, node: id });
  const tries = [uplink.url, ...uplink.fallbackUrls].map((url) => tryBroker(url, options, commands));
  return Promise.all(tries);
}

function optionsOf({ id, uplink }: GatewayConfig, baseDir: string, env: NodeJS.ProcessEnv): IClientOptions {
  const pem = (file: string | undefined): Buffer | undefined =>
    file === undefined ? undefined : readFileSync(resolve(baseDir, file));
  const [ca, cert, key] = [uplink.tls.caFile, uplink.tls.certFile, uplink.tls.keyFile].map(pem);
  return {
    clientId: `${uplink.clientId ?? id}-check`,
    username: uplink.username ?? id,
    ...(uplink.password ? { password: readSecret(uplink.password, baseDir, env) } : {}),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    connectTimeout: uplink.connectTimeoutMs,
    reconnectPeriod: 0,
    clean: true,
    protocolVersion: 4,
  };
}

function tryBroker(url: string, options: IClientOptions, commands: string): Promise<LiveBroker> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  return new Promise((done) => {
    const client = connectMqtt(url, options);
    let outcome: Omit<LiveBroker, 'url' | 'ms'> | undefined;
    let silence: NodeJS.Timeout | undefined;
    client.on('connect', () => {
      outcome = { reachable: true, accepted: false, fault: `it lets the gateway in, but not to ${commands}` };
      silence = setTimeout(() => client.end(true), options.connectTimeout);
      client.subscribe(commands, { qos: 1 }, (error, granted = []) => {
        const refused = error !== null || granted.some(({ qos }) => qos === REFUSED);
        outcome = refused
          ? { reachable: true, accepted: false, fault: `it refuses ${commands}: ${whoIsKnown}` }
          : { reachable: true, accepted: true };
        client.end();
      });
    });
    client.on('error', (error) => {
      const refusal = refusalOf(error);
      outcome ??= refusal
        ? { reachable: true, ...refusal }
        : { reachable: false, fault: connectionFault(error) };
      client.end(true);
    });
    // It comes after every end: a good one, a refusal, a failure, a time-out.
    client.on('close', () => {
      clearTimeout(silence);
      client.end(true);
      const late = `no answer within ${String(options.connectTimeout ?? 0)} ms`;
      done({ url, ms: ms(), ...(outcome ?? { reachable: false, fault: late }) });
    });
  });
}

/** What a CONNACK says. MQTT 3.1.1, table 3.1. */
function refusalOf(error: Error): { accepted?: false; fault: string } | undefined {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 2:
      return {
        fault:
          "it takes no client id but the gateway's own: whether it takes the password shows when the gateway runs",
      };
    case 3:
      return { fault: 'the broker runs, but cannot ask the sandbox who this is' };
    case 4:
    case 5:
      return { accepted: false, fault: `user name or password are refused: ${whoIsKnown}` };
    default:
      return undefined;
  }
}
