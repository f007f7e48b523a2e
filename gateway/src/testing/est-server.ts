import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

x509.cryptoProvider.set(webcrypto as never);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of its own, for a test. */
export class TestAuthority {
  readonly certificate: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;
  #serial = 1;

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.certificate = certificate;
    this.#keys = keys;
  }

  static async create(): Promise<TestAuthority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: 'CN=Test authority',
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: ALGORITHM,
      keys: keys as never,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new TestAuthority(certificate, keys);
  }

  get pem(): string {
    return this.certificate.toString('pem');
  }

  /** For a key that it makes. `from`, `to`: ms from now. */
  async issue(name: string, from = -3_600_000, to = 3_600_000): Promise<Issued> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await this.sign(name, keys.publicKey, from, to);
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return {
      certificate: certificate.toString('pem'),
      key: x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag),
    };
  }

  sign(
    name: string,
    publicKey: webcrypto.CryptoKey | x509.PublicKey,
    from = -3_600_000,
    to = 3_600_000,
  ): Promise<x509.X509Certificate> {
    this.#serial += 1;
    return x509.X509CertificateGenerator.create({
      serialNumber: this.#serial.toString(16).padStart(4, '0'),
      subject: `CN=${name}`,
      issuer: this.certificate.subject,
      notBefore: new Date(Date.now() + from),
      notAfter: new Date(Date.now() + to),
      signingAlgorithm: ALGORITHM,
      publicKey: publicKey as never,
      signingKey: this.#keys.privateKey as never,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: name },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    });
  }
}

/** What an EST server does with the requests that it lets in. */
export type Answer = (request: x509.Pkcs10CertificateRequest) => Promise<Buffer | string>;

/** An EST server, RFC 7030: certificates by certificate or by password. */
export class TestEstServer {
  /** How each request came: path and who it was. */
  readonly requests: { readonly path: string; readonly by: string; readonly subject: string }[] = [];
  readonly authority: TestAuthority;
  readonly #server: Server;
  /** Life of what it issues, ms. */
  life = 3_600_000;
  password = 'right';
  answer: Answer;

  private constructor(authority: TestAuthority, { certificate, key }: Issued) {
    this.authority = authority;
    this.answer = async (request) =>
      this.pkcs7(await authority.sign(nameOf(request), request.publicKey, -1000, this.life));
    this.#server = createServer(
      { cert: certificate, key, ca: authority.pem, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          void this.#answer(
            request.url ?? '',
            request.headers.authorization,
            request.socket,
            Buffer.concat(chunks).toString(),
          ).then(([status, body]) => {
            response.writeHead(status, { 'content-type': 'application/pkcs7-mime' });
            response.end(body);
          });
        });
      },
    );
  }

  static async start(authority: TestAuthority, own?: Issued): Promise<TestEstServer> {
    const server = new TestEstServer(authority, own ?? (await authority.issue('localhost')));
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/.well-known/est`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Certs-only, base64 in lines. */
  pkcs7(...certificates: x509.X509Certificate[]): string {
    const raw = new x509.X509Certificates(certificates).export('raw');
    return Buffer.from(raw).toString('base64').replace(/.{64}/g, '$&\r\n');
  }

  async #answer(
    path: string,
    authorization: string | undefined,
    socket: Socket,
    body: string,
  ): Promise<[number, Buffer | string]> {
    const request = new x509.Pkcs10CertificateRequest(Buffer.from(body, 'base64'));
    if (!(await request.verify())) return [400, 'the request is not signed by its key'];
    const subject = request.subject;
    if (path.endsWith('/simplereenroll')) {
      const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      this.requests.push({ path: 'simplereenroll', by: peer?.subject ?? 'nobody', subject });
      if (!(socket instanceof TLSSocket && socket.authorized) || peer?.subject !== subject)
        return [403, 'not you'];
    } else {
      const [user = '', password = ''] = Buffer.from((authorization ?? '').replace('Basic ', ''), 'base64')
        .toString()
        .split(':');
      this.requests.push({ path: 'simpleenroll', by: user, subject });
      if (password !== this.password) return [401, 'wrong password'];
    }
    return [200, await this.answer(request)];
  }
}

export function nameOf({ subject }: x509.Pkcs10CertificateRequest): string {
  return subject.replace('CN=', '');
}
