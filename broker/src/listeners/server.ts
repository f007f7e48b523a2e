import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { brokerError } from '../errors.ts';
import type { Transport } from '../model/principal.ts';
import { Traffic } from '../model/traffic.ts';
import { MqttConnection } from './connection.ts';
import type { Listener, ListenerAddress, ListenerContext, Peer } from './listener.ts';

/** Connections that are to close have this long before their sockets are destroyed. */
const goodbyeMs = 300;

/**
 * What all listeners have in common: a server with a door before it, the connections it made, and its end.
 * `open` attaches the transport: it calls `adopt` for every byte stream that may carry MQTT.
 */
export function serverListener(
  transport: Transport,
  options: { readonly host: string; readonly port: number },
  context: ListenerContext,
  open: (adopt: (stream: Duplex, socket: Socket, about?: Partial<Peer>) => MqttConnection) => Server,
): Listener {
  const traffic = new Traffic(transport);
  const sockets = new Set<Socket>();
  const connections = new Set<MqttConnection>();
  const where = `${options.host}:${options.port}`;
  let server: Server | undefined;
  let listening: ListenerAddress | undefined;

  const adopt = (stream: Duplex, socket: Socket, about: Partial<Peer> = {}): MqttConnection => {
    const peer = { ...peerOf(socket), ...about };
    const connection = new MqttConnection(stream, { peer, traffic }, context);
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    context.onConnection(connection);
    return connection;
  };

  const admit = (socket: Socket): void => {
    const peer = peerOf(socket);
    const reason = context.door(peer.host);
    if (reason !== undefined) {
      context.onIncident({ kind: 'refused', reason, detail: `from ${peer.host}`, transport, peer });
      socket.destroy();
      return;
    }
    traffic.connects++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };

  return {
    name: `${transport} listener`,
    transport,
    traffic,
    address: () => listening,
    async start() {
      const opened = open(adopt);
      server = opened;
      // before the transport's own: who is not let in costs no handshake
      opened.prependListener('connection', admit);
      opened.on('error', (error) => {
        if (listening) context.onError(listenError(error, transport, where));
      });
      await new Promise<void>((resolve, reject) => {
        opened.once('error', reject);
        opened.listen({ host: options.host, port: options.port }, resolve);
      }).catch((error: unknown) => {
        server = undefined;
        throw listenError(error, transport, where);
      });
      const bound = opened.address();
      if (typeof bound === 'object' && bound) listening = { host: bound.address, port: bound.port };
    },
    async stop() {
      if (!server) return;
      const closed = new Promise((resolve) => server?.close(resolve));
      server = undefined;
      listening = undefined;
      for (const connection of connections) connection.cut('shutdown', 'the broker stops');
      const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), goodbyeMs);
      await closed;
      clearTimeout(late);
    },
  };
}

function peerOf(socket: Socket): Peer {
  return { host: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''), port: socket.remotePort ?? 0 };
}

function listenError(cause: unknown, transport: Transport, where: string): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const options = { context: { listener: transport, address: where }, cause };
  if (code === 'EADDRINUSE') return brokerError('BROKER_PORT_BUSY', `${where} (${transport})`, options);
  return brokerError('BROKER_LISTEN_FAILED', `${where} (${transport}): ${code || String(cause)}`, options);
}
