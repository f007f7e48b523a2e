import type { ConfigFault } from '@city-testbed/runtime';
import type { Port, SerialLine } from '../model/port.ts';
import type { PortConfig } from './schema.ts';

type Key = keyof PortConfig;
const lineKeys = ['baudRate', 'dataBits', 'parity', 'stopBits'] as const satisfies readonly Key[];
const common = ['id', 'kind', 'timeoutMs', 'retryMaxMs'] as const satisfies readonly Key[];

/** The keys that a kind must have and those that it may have besides. */
const rules: Record<PortConfig['kind'], { needs: readonly Key[]; may: readonly Key[] }> = {
  'modbus-tcp': { needs: ['host'], may: ['port', 'retries'] },
  'modbus-rtu-over-tcp': { needs: ['host', 'port'], may: ['retries'] },
  'modbus-rtu': { needs: ['path'], may: [...lineKeys, 'retries'] },
  serial: { needs: ['path'], may: lineKeys },
  gpio: { needs: [], may: ['chip', 'base'] },
};

/** What is wrong with one port: keys that its kind needs, or does not know. */
export function portFaults(port: PortConfig, path: string): ConfigFault[] {
  const { needs, may } = rules[port.kind];
  const missing = needs
    .filter((key) => port[key] === undefined)
    .map((key) => ({ path: `${path}.${key}`, found: 'nothing', allowed: `${port.kind} needs it` }));
  const known = new Set<string>([...common, ...needs, ...may]);
  const foreign = Object.keys(port)
    .filter((key) => !known.has(key))
    .map((key) => ({
      path: `${path}.${key}`,
      found: 'a key of another kind',
      allowed: `remove it; ${port.kind} takes ${[...needs, ...may].join(', ') || 'no key of its own'}`,
    }));
  return [...missing, ...foreign];
}

/** The port that a faultless configuration means. */
export function portOf(config: PortConfig): Port {
  const base = {
    id: config.id,
    retryMaxMs: config.retryMaxMs,
    ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
  };
  const { kind, host = '', path = '' } = config;
  const retries = config.retries === undefined ? {} : { retries: config.retries };
  switch (kind) {
    case 'modbus-tcp':
    case 'modbus-rtu-over-tcp':
      return { ...base, ...retries, kind, host, port: config.port ?? 502 };
    case 'modbus-rtu':
      return { ...base, ...retries, kind, path, ...lineOf(config) };
    case 'serial':
      return { ...base, kind, path, ...lineOf(config) };
    case 'gpio':
      return {
        ...base,
        kind,
        ...(config.chip === undefined ? {} : { chip: config.chip }),
        ...(config.base === undefined ? {} : { base: config.base }),
      };
  }
}

function lineOf({ baudRate, dataBits, parity, stopBits }: PortConfig): SerialLine {
  return {
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(dataBits === undefined ? {} : { dataBits }),
    ...(parity === undefined ? {} : { parity }),
    ...(stopBits === undefined ? {} : { stopBits }),
  };
}
