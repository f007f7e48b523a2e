import { readFileSync } from 'node:fs';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { messageOf } from '@city-testbed/runtime';
import { brokerError } from '../errors.ts';
import type { Listener, ListenerContext, Peer } from './listener.ts';
import { serverListener } from './server.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Issuers whose client certificates are trusted. */
  readonly caFile?: string;
  /** Ask clients for a certificate. One without may still come in by user name; one that is not trusted may not. */
  readonly requestCert: boolean;
}

/** MQTT over TLS 1.2 or newer. */
export function tlsListener(
  options: { host: string; port: number } & CertificateFiles,
  context: ListenerContext,
): Listener {
  return serverListener('tls', options, context, (adopt) => {
    const server = createServer({
      ...secureOptions(options),
      handshakeTimeout: handshakeMs,
      noDelay: true,
      keepAlive: true,
    });
    server.on('secureConnection', (socket) => adopt(socket, socket, certificateOf(socket)));
    // a failed handshake is the client's affair; the socket is closed by then
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  });
}

export const handshakeMs = 5000;

/** Reads the files; throws BROKER_CERTIFICATE_UNUSABLE naming the one that cannot be read. */
export function secureOptions(files: CertificateFiles): TlsOptions {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (cause) {
      throw brokerError('BROKER_CERTIFICATE_UNUSABLE', `${file}: ${messageOf(cause)}`, { cause });
    }
  };
  return {
    cert: read(files.certFile),
    key: read(files.keyFile),
    ...(files.caFile === undefined ? {} : { ca: read(files.caFile) }),
    requestCert: files.requestCert,
    // certificateOf judges it, so that the refusal has a reason
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
  };
}

/** The common name of a certificate that was verified, or why one that was shown is not trusted. */
export function certificateOf(socket: TLSSocket): Partial<Peer> {
  // Node types an absent certificate as a full one; it is an empty object
  const certificate: { subject?: { CN?: string | string[] } } = socket.getPeerCertificate();
  if (!certificate.subject) return {};
  if (!socket.authorized) return { certFault: String(socket.authorizationError) };
  const name = certificate.subject.CN;
  return typeof name === 'string' ? { certCommonName: name } : { certFault: 'no single common name' };
}
