import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SerialPort } from 'serialport';
import { connectionFault, gatewayError } from '../../errors.ts';
import type { NetworkAddress, SerialLine } from '../../model/port.ts';
import { closeWhenUnplugged } from './presence.ts';
import { explainSerialFault } from './serial-names.ts';

/** Opens a TCP connection, with small packets sent at once. Throws GATEWAY_PORT_OPEN. */
export function connectTcp({ host, port }: NetworkAddress, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
    const where = `${host}:${String(port)}`;
    const fail = (why: string): void => {
      socket.destroy();
      reject(gatewayError('GATEWAY_PORT_OPEN', `${where}: ${why}`, { context: { host, port } }));
    };
    const late = setTimeout(() => fail(`no connection within ${String(timeoutMs)} ms`), timeoutMs);
    const onError = (error: Error): void => {
      clearTimeout(late);
      fail(connectionFault(error));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

/**
 * Opens a serial line for this process alone, and empties it of what came before. It closes, with an error that says
 * why, when its adapter is unplugged. `lookMs` is how often it looks. Throws GATEWAY_PORT_OPEN.
 */
export async function openSerial(
  path: string,
  line: Required<SerialLine>,
  lookMs?: number,
): Promise<SerialPort> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, ...line, lock: true, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (!error) {
        resolve();
        return;
      }
      const why = explainSerialFault(path, error);
      reject(gatewayError('GATEWAY_PORT_OPEN', `${path}: ${why}`, { context: { path }, cause: error }));
    });
  });
  closeWhenUnplugged(port, path, lookMs);
  return port;
}

/** Ends a stream, and resolves once it is: the device is free for the next one then. */
export async function closeStream(stream: Duplex | SerialPort): Promise<void> {
  if (stream.closed || ('isOpen' in stream && !stream.isOpen)) return;
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    stream.once('error', () => resolve());
  });
  endStream(stream);
  await closed;
}

/** Ends a stream at once; it emits `close`. A serial port has a way of its own. Idempotent. */
export function endStream(stream: Duplex | SerialPort): void {
  if (stream instanceof Socket || !('isOpen' in stream)) stream.destroy();
  else if (stream.isOpen) stream.close();
}
