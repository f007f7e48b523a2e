import type { DeviceProfile } from '@city-testbed/device-profiles';
import { integerOf, neededText, wordOf } from '../arguments.ts';
import { UsageError, type Arguments } from '../command.ts';
import type { NetworkAddress, Port, SerialLine } from '../../model/port.ts';

/** Options of every command that opens a port by itself. */
export const portOptions = {
  port: { type: 'string', short: 'p' },
  baud: { type: 'string' },
  parity: { type: 'string' },
  'data-bits': { type: 'string' },
  'stop-bits': { type: 'string' },
  timeout: { type: 'string' },
} as const;

export const portHelp = `  -p, --port PORT        /dev/serial/by-id/...  a serial line (RS-485 or UART)
                         tcp://HOST:PORT        Modbus TCP, or a serial device server
                         rtu+tcp://HOST:PORT    Modbus RTU through a TCP converter`;

export const lineHelp = `      --parity WORD      none, even or odd
      --data-bits N      7 or 8
      --stop-bits N      1 or 2
      --timeout MS       of one request`;

/**
 * The port that the options mean, for a profile's transport. `baudRate` stands in for --baud where a command takes
 * several. Throws UsageError.
 */
export function portFrom(
  given: Arguments,
  transport: DeviceProfile['transport'],
  baudRate = integerOf(given, 'baud', { min: 300, max: 4_000_000 }),
): Port {
  const timeoutMs = integerOf(given, 'timeout', { min: 10, max: 60_000 });
  const base = { id: 'port', retryMaxMs: 1000, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  if (transport === 'gpio') return { ...base, kind: 'gpio' };
  const place = neededText(given, 'port', '/dev/serial/by-id/..., tcp://HOST:PORT or rtu+tcp://HOST:PORT');
  const modbus = transport === 'modbus';
  if (place.startsWith('rtu+tcp://')) {
    if (!modbus) throw new UsageError('rtu+tcp:// is for Modbus; a serial device server is tcp://HOST:PORT');
    return { ...base, kind: 'modbus-rtu-over-tcp', ...addressOf(place) };
  }
  if (place.startsWith('tcp://')) {
    const address = addressOf(place);
    return modbus ? { ...base, kind: 'modbus-tcp', ...address } : { ...base, kind: 'serial', path: place };
  }
  if (!place.startsWith('/')) {
    throw new UsageError(`--port takes /dev/..., tcp://HOST:PORT or rtu+tcp://HOST:PORT, not "${place}"`);
  }
  return { ...base, kind: modbus ? 'modbus-rtu' : 'serial', path: place, ...lineFrom(given, baudRate) };
}

function addressOf(place: string): NetworkAddress {
  const url = URL.canParse(place) ? new URL(place) : undefined;
  const port = Number(url?.port || '502');
  if (!url || url.hostname === '' || port === 0 || url.pathname.length > 1) {
    throw new UsageError(`--port ${place}: HOST:PORT is expected behind ://`);
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

function lineFrom(given: Arguments, baudRate: number | undefined): SerialLine {
  const dataBits = wordOf(given, 'data-bits', ['7', '8']);
  const stopBits = wordOf(given, 'stop-bits', ['1', '2']);
  const parity = wordOf(given, 'parity', ['none', 'even', 'odd']);
  return {
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(dataBits === undefined ? {} : { dataBits: dataBits === '7' ? 7 : 8 }),
    ...(stopBits === undefined ? {} : { stopBits: stopBits === '1' ? 1 : 2 }),
    ...(parity === undefined ? {} : { parity }),
  };
}

/** A port in words, as the options take it. */
export function placeOf(port: Port): string {
  switch (port.kind) {
    case 'modbus-tcp':
      return `tcp://${port.host}:${String(port.port)}`;
    case 'modbus-rtu-over-tcp':
      return `rtu+tcp://${port.host}:${String(port.port)}`;
    case 'modbus-rtu':
    case 'serial':
      return port.path;
    case 'gpio':
      return `GPIO ${port.chip ?? ''}`.trim();
  }
}
