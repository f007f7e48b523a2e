import { createServer } from 'node:net';
import type { Listener, ListenerContext } from './listener.ts';
import { serverListener } from './server.ts';

/** MQTT over plain TCP. */
export function tcpListener(options: { host: string; port: number }, context: ListenerContext): Listener {
  return serverListener('tcp', options, context, (adopt) =>
    // no Nagle: the connection joins the writes of a turn itself
    createServer({ noDelay: true, keepAlive: true }, (socket) => {
      if (!socket.destroyed) adopt(socket, socket);
    }),
  );
}
