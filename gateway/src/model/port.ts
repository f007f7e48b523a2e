/** How bytes stand on a serial line. What is left out comes from the profile of the first device on the port. */
export interface SerialLine {
  readonly baudRate?: number;
  readonly dataBits?: 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
}

interface PortBase {
  readonly id: string;
  /** Time-out of one request; left out: the profile's. */
  readonly timeoutMs?: number;
  /** Longest pause between two tries on something that does not answer. */
  readonly retryMaxMs: number;
}

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** How many requests of one poll may be repeated; left out: 1 where frames are RTU, 0 over Modbus TCP. */
interface Retrying {
  readonly retries?: number;
}

export type ModbusTcpPort = PortBase & Retrying & NetworkAddress & { readonly kind: 'modbus-tcp' };
export type ModbusRtuTcpPort = PortBase &
  Retrying &
  NetworkAddress & { readonly kind: 'modbus-rtu-over-tcp' };
export type ModbusRtuPort = PortBase &
  Retrying &
  SerialLine & { readonly kind: 'modbus-rtu'; readonly path: string };
/** `path` is a device file, or tcp://host:port of a serial device server. */
export type SerialDevicePort = PortBase & SerialLine & { readonly kind: 'serial'; readonly path: string };
/** `base` is the number of the chip's first line: 0, or 512 and up on newer kernels. Left out: looked up in the kernel. */
export type GpioPort = PortBase & { readonly kind: 'gpio'; readonly chip?: string; readonly base?: number };

export type ModbusPort = ModbusTcpPort | ModbusRtuTcpPort | ModbusRtuPort;
/** A port of the configuration, told apart by `kind`. */
export type Port = ModbusPort | SerialDevicePort | GpioPort;
export type PortKind = Port['kind'];
