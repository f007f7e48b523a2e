import type * as X509 from '@peculiar/x509';
import { generateKeyPairSync, webcrypto, type KeyObject } from 'node:crypto';

export interface SigningRequest {
  /** PKCS#10, DER. */
  readonly der: Buffer;
  readonly publicKey: KeyObject;
  /** PEM, PKCS#8. */
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Loaded when it is first needed: most gateways never ask for a certificate, and it takes memory. */
async function library(): Promise<typeof X509> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  // Its types are those of a browser.
  x509.cryptoProvider.set(webcrypto as never);
  return x509;
}

/**
 * A new EC P-256 key and a request for a certificate of it. A present certificate gives its subject and alternative
 * names, which must stay the same (RFC 7030, 4.2.2); without one the common name is the gateway's id.
 */
export async function signingRequest(gateway: string, present: string | undefined): Promise<SigningRequest> {
  const x509 = await library();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { subtle } = webcrypto;
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
  };
  const old = present === undefined ? undefined : new x509.X509Certificate(present);
  const names = old?.getExtension(x509.SubjectAlternativeNameExtension);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: old ? old.subject : `CN=${gateway}`,
    keys: keys as never,
    signingAlgorithm: ALGORITHM,
    extensions: names ? [names] : [],
  });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { der: Buffer.from(request.rawData), publicKey, key: key.toString() };
}

/** The certificates of a certs-only PKCS#7 message, DER. Throws where it is none. */
export async function certificatesIn(pkcs7: Buffer): Promise<string[]> {
  const x509 = await library();
  const certificates = new x509.X509Certificates();
  certificates.import(pkcs7);
  return certificates.map((certificate) => certificate.toString('pem'));
}
