import { createServer, type Server, type Socket } from 'node:net';

/** Modbus Messaging on TCP/IP V1.0b, chapter 3.1.3: 7 bytes of header, of which the length counts unit id and PDU. */
const headerBytes = 7;
const longestLength = 254;
const maxConnections = 64;
const idleMs = 10 * 60_000;

export interface ModbusTcpOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The response PDU, or undefined for silence. It must not throw. */
  readonly answer: (unit: number, pdu: Uint8Array) => Uint8Array | undefined;
  /** Told of bytes that are no Modbus TCP; the connection that sent them is closed. */
  readonly onGarbage: () => void;
}

export interface ModbusTcpServer {
  readonly port: number;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/** Listens. Rejects with the error of the socket, e.g. EADDRINUSE. */
export function listenModbusTcp(options: ModbusTcpOptions): Promise<ModbusTcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options);
  });
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      // A later error of the listening socket (e.g. too many open files) costs one connection, never the process.
      server.on('error', () => undefined);
      resolve({ port: portOf(server), close: () => closeAll(server, sockets) });
    });
  });
}

/** Answers request after request. At most one incomplete frame is held back. */
function serve(socket: Socket, { answer, onGarbage }: ModbusTcpOptions): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setTimeout(idleMs, () => socket.destroy());
  // A peer that resets the connection is no fault of ours; 'close' follows and forgets it.
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => socket.resume());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= headerBytes) {
      const length = pending.readUInt16BE(4);
      if (pending.readUInt16BE(2) !== 0 || length < 2 || length > longestLength) {
        onGarbage();
        socket.destroy();
        return;
      }
      if (pending.length < 6 + length) break;
      const unit = pending.readUInt8(6);
      const response = answer(unit, pending.subarray(headerBytes, 6 + length));
      if (response && !socket.write(framed(pending, unit, response))) socket.pause();
      pending = pending.subarray(6 + length);
    }
  });
}

function framed(request: Buffer, unit: number, pdu: Uint8Array): Buffer {
  const frame = Buffer.alloc(headerBytes + pdu.length);
  request.copy(frame, 0, 0, 2);
  frame.writeUInt16BE(pdu.length + 1, 4);
  frame.writeUInt8(unit, 6);
  frame.set(pdu, headerBytes);
  return frame;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    for (const socket of sockets) socket.destroy();
  });
}
