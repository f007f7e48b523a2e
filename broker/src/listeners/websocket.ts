import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import type { MqttConnection } from './connection.ts';
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
    upgrading(createServer(timeouts), options.path, adopt),
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
    return upgrading(server, options.path, adopt);
  });
}

const timeouts = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };

function upgrading(
  server: HttpServer,
  path: string,
  adopt: (stream: Duplex, socket: Socket, about?: object) => MqttConnection,
): HttpServer {
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', 'content-type': 'text/plain' });
    response.end(`This port speaks MQTT over WebSocket at ${path}.\n`);
  });
  const webSockets = new WebSocketServer({
    server,
    path,
    perMessageDeflate: false,
    // boundFrames does it: how much a client may send is known only once it is known who it is
    maxPayload: 0,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
    // [MQTT-6.0.0-3]
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      /\bmqtt/.test(req.headers['sec-websocket-protocol'] ?? ''),
  });
  // the server's own errors are the listener's to report
  webSockets.on('error', () => undefined);
  webSockets.on('connection', (webSocket, request) => {
    const { socket } = request;
    const connection = adopt(
      createWebSocketStream(webSocket, { readableHighWaterMark: 64 * 1024 }),
      socket,
      socket instanceof TLSSocket ? certificateOf(socket) : {},
    );
    boundFrames(webSocket, socket, connection);
  });
  return server;
}

/**
 * ws keeps a message until it is whole. So each one is bounded here, on the socket's own bytes, by what the client may
 * send at that moment: little until it is let in, then what the sandbox grants it. One message may carry several
 * packets, hence twice as much; the packets themselves are held to their own limit.
 */
function boundFrames(webSocket: WebSocket, socket: Socket, connection: MqttConnection): void {
  const frameHeader = 14;
  let seen = 0;
  let ended = false;
  webSocket.on('message', (_bytes, isBinary) => {
    ended = true;
    // [MQTT-6.0.0-1]
    if (!isBinary) webSocket.terminate();
  });
  // Behind ws's own listener: messages that end in these bytes have been told by now.
  socket.on('data', (chunk: Buffer) => {
    seen = ended ? 0 : seen + chunk.length;
    ended = false;
    const limit = 2 * connection.packetBytes + frameHeader;
    if (seen > limit) connection.cut('packet_too_large', `a WebSocket message of more than ${limit} bytes`);
  });
}
