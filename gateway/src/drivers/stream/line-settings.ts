import type { ConfiguredDevice } from '../../model/device.ts';
import type { NetworkAddress, SerialLine } from '../../model/port.ts';

const usual: Required<SerialLine> = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };

/** The settings of a line: what the configuration says, else what the first device leaves the factory with. */
export function lineSettings(port: SerialLine, devices: readonly ConfiguredDevice[]): Required<SerialLine> {
  const first = devices[0]?.definition;
  const factory = first && first.transport !== 'gpio' ? first.connection.serial : usual;
  return {
    baudRate: port.baudRate ?? factory.baudRate,
    dataBits: port.dataBits ?? factory.dataBits,
    parity: port.parity ?? factory.parity,
    stopBits: port.stopBits ?? factory.stopBits,
  };
}

/** The address in `tcp://host:port`; undefined for a device file. */
export function tcpAddress(path: string): NetworkAddress | undefined {
  if (!path.startsWith('tcp://')) return undefined;
  const { hostname, port } = new URL(path);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/**
 * Silence that ends a frame: 3.5 characters of 11 bits, and never less than 1.75 ms above 19200 baud.
 * Modbus over Serial Line V1.02, 2.5.1.1.
 */
export function frameSilenceMs(baudRate: number): number {
  return baudRate > 19_200 ? 1.75 : (3.5 * 11 * 1000) / baudRate;
}
