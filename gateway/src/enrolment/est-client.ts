import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { connectionFault, gatewayError } from '../errors.ts';
import { leadsTo } from './check-answer.ts';
import type { KeyPair } from './certificate-files.ts';

export interface EstServer {
  /** `https://host[:port]/.well-known/est[/label]`. */
  readonly url: string;
  /** PEM of the authorities that its certificate must lead to; undefined: those of Node.js. */
  readonly ca: string | undefined;
  readonly authorities: readonly X509Certificate[];
  /** Whether the wall clock is to be trusted: where not, the dates of the server's certificate are not looked at. */
  readonly clockSynced: boolean;
}

export type Credentials =
  { readonly pair: KeyPair } | { readonly username: string; readonly password: string };

export interface EstAnswer {
  /** PKCS#7, DER. */
  readonly pkcs7: Buffer;
  /** The server's clock, ms, where it said so. */
  readonly date: number | undefined;
}

const TIMEOUT_MS = 30_000;
const LONGEST_ANSWER = 262_144;

/**
 * One enrolment, RFC 7030, 4.2: with a certificate a renewal (`/simplereenroll`), with a password a first one
 * (`/simpleenroll`). Throws GATEWAY_RENEWAL_FAILED.
 */
export async function enrol(
  server: EstServer,
  credentials: Credentials,
  csr: Buffer,
  signal: AbortSignal,
): Promise<EstAnswer> {
  const path = 'pair' in credentials ? 'simplereenroll' : 'simpleenroll';
  const url = `${server.url.replace(/\/$/, '')}/${path}`;
  const body = Buffer.from(csr.toString('base64').replace(/.{64}/g, '$&\r\n'));
  const { status, headers, text } = await post(url, server, credentials, body, signal);
  if (status !== 200) {
    const later = status === 202 ? `, asks to come back in ${headers['retry-after'] ?? '?'} s` : '';
    throw failed(url, `it answered ${String(status)}${later}`);
  }
  const pkcs7 = Buffer.from(text, 'base64');
  if (pkcs7.length === 0) throw failed(url, 'its answer holds nothing');
  const date = Date.parse(headers.date ?? '');
  return { pkcs7, date: Number.isNaN(date) ? undefined : date };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function post(
  url: string,
  server: EstServer,
  credentials: Credentials,
  body: Buffer,
  signal: AbortSignal,
): Promise<Answer> {
  const { ca, clockSynced } = server;
  const who =
    'pair' in credentials
      ? { cert: credentials.pair.certificate, key: credentials.pair.key }
      : { auth: `${credentials.username}:${credentials.password}` };
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => reject(failed(url, connectionFault(error), error));
    const request = httpsRequest(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: TIMEOUT_MS,
        signal,
        ...(ca === undefined ? {} : { ca }),
        ...who,
        // A clock that says 1970 finds every certificate not yet valid: the chain is then checked below, without dates.
        rejectUnauthorized: clockSynced || server.authorities.length === 0,
        headers: {
          'content-type': 'application/pkcs10',
          'content-transfer-encoding': 'base64',
          'content-length': body.length,
        },
      },
      (response) => void read(response).then(resolve, refuse),
    );
    request.on('error', refuse);
    request.on('timeout', () => request.destroy(new Error(`no answer in ${String(TIMEOUT_MS)} ms`)));
    request.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        const fault = trust(socket, new URL(url).hostname.replace(/^\[|\]$/g, ''), server);
        if (fault) request.destroy(fault);
        // Nothing was said before the server was known.
        else request.end(body);
      });
    });
  });
}

/** Why the server is not to be trusted, where Node.js was not asked. */
function trust(socket: Socket, host: string, { authorities, clockSynced }: EstServer): Error | undefined {
  if (clockSynced || authorities.length === 0) return undefined;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!certificate) return new Error('the server has no certificate');
  const above: X509Certificate[] = [];
  for (let at = certificate.issuerCertificate; at && above.length < 6; at = at.issuerCertificate) {
    above.push(at);
    if (at === at.issuerCertificate) break;
  }
  if (!leadsTo(certificate, above, authorities)) {
    return new Error('the certificate of the server leads to no authority of caFile');
  }
  const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  return named === undefined ? new Error(`the certificate of the server is not for ${host}`) : undefined;
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new Error(`its answer has more than ${String(LONGEST_ANSWER)} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('latin1');
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

function failed(url: string, detail: string, cause?: unknown): Error {
  return gatewayError('GATEWAY_RENEWAL_FAILED', `${url}: ${detail}`, { cause, context: { url } });
}
