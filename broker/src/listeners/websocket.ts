import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import type { Listener, ListenerContext } from './listener.ts';
import { serverListener } from './server.ts';
import { certificateOf, handshakeMs, secureOptions, type CertificateFiles } from './tls.ts';

interface WebSocketOptions {
  readonly host: string;
  readonly port: number;
  /** Path of the URL, e.g. /mqtt. */
  readonly path: string;
}

/** MQTT over WebSocket (MQTT 3.1.1, section 6): binary frames, subprotocol `mqtt`. */
export function webSocketListener(options: WebSocketOptions, context: ListenerContext): Listener {
  return serverListener('ws', options, context, (adopt) =>
    upgrading(createServer(timeouts), options.path, context, adopt),
  );
}

/** The same behind TLS. */
export function secureWebSocketListener(
  options: WebSocketOptions & CertificateFiles,
  context: ListenerContext,
): Listener {
  return serverListener('wss', options, context, (adopt) => {
    const server = createSecureServer({
      ...secureOptions(options),
      ...timeouts,
      handshakeTimeout: handshakeMs,
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return upgrading(server, options.path, context, adopt);
  });
}

const timeouts = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };

function upgrading(
  server: HttpServer,
  path: string,
  context: ListenerContext,
  adopt: (stream: ReturnType<typeof createWebSocketStream>, socket: Socket, about?: object) => void,
): HttpServer {
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', 'content-type': 'text/plain' });
    response.end(`This port speaks MQTT over WebSocket at ${path}.\n`);
  });
  const webSockets = new WebSocketServer({
    server,
    path,
    perMessageDeflate: false,
    // one frame may carry several packets; the packets themselves are held to their own limit
    maxPayload: 2 * context.limits.packetBytes,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
    // [MQTT-6.0.0-3]
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      /\bmqtt/.test(req.headers['sec-websocket-protocol'] ?? ''),
  });
  // the server's own errors are the listener's to report
  webSockets.on('error', () => undefined);
  webSockets.on('connection', (webSocket, request) => {
    const { socket } = request;
    boundBeforeAuth(webSocket, socket, context.limits.packetBytesBeforeAuth);
    adopt(
      createWebSocketStream(webSocket, { readableHighWaterMark: 64 * 1024 }),
      socket,
      socket instanceof TLSSocket ? certificateOf(socket) : {},
    );
  });
  return server;
}

/** ws keeps a frame until it is whole, so the first frame is bounded here, on the socket's own bytes. */
function boundBeforeAuth(webSocket: WebSocket, socket: Socket, limit: number): void {
  const frameHeader = 14;
  let seen = 0;
  const count = (chunk: Buffer): void => {
    seen += chunk.length;
    if (seen > limit + frameHeader) webSocket.terminate();
  };
  socket.on('data', count);
  webSocket.once('message', () => socket.removeListener('data', count));
  // [MQTT-6.0.0-1]
  webSocket.on('message', (_bytes, isBinary) => {
    if (!isBinary) webSocket.terminate();
  });
}
