import { X509Certificate, type KeyObject } from 'node:crypto';
import { gatewayError } from '../errors.ts';

export interface Expected {
  readonly gateway: string;
  readonly publicKey: KeyObject;
  /** What the wall clock says, or who knows better. */
  readonly now: number;
  /** Authorities that the certificate must lead to; empty: not looked at. */
  readonly authorities: readonly X509Certificate[];
}

/** How many certificates may lie between one and its authority. */
const LONGEST_CHAIN = 6;

/**
 * The gateway's new certificate out of an answer, PEM, with those above it. Throws GATEWAY_RENEWAL_ANSWER: it is for
 * another key or name, has expired, or leads to no authority that is trusted.
 */
export function newCertificate(pems: readonly string[], expected: Expected): string {
  const certificates = pems.map((pem) => new X509Certificate(pem));
  const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
  const wanted = spki(expected.publicKey);
  const own = certificates.find(({ publicKey }) => spki(publicKey).equals(wanted));
  if (!own) throw wrong('none of its certificates is for the key that was sent');
  const name = commonName(own);
  if (name !== expected.gateway) throw wrong(`it is for ${name ?? 'nobody'}, not for ${expected.gateway}`);
  if (Date.parse(own.validTo) <= expected.now) throw wrong(`it expired at ${own.validTo}`);
  const others = certificates.filter((certificate) => certificate !== own);
  if (expected.authorities.length > 0 && !leadsTo(own, others, expected.authorities)) {
    throw wrong('it leads to no authority of caFile');
  }
  // A root is known to whoever checks it.
  const above = others.filter((certificate) => !certificate.checkIssued(certificate));
  return [own, ...above].map(String).join('');
}

/** By signatures alone: dates are left out, for a clock that is wrong. */
export function leadsTo(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let at = certificate;
  for (let length = 0; length < LONGEST_CHAIN; length++) {
    if (authorities.some((authority) => issued(authority, at))) return true;
    const next = others.find((other) => other !== at && other.ca && issued(other, at));
    if (!next) return false;
    at = next;
  }
  return false;
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

export function commonName({ subject }: X509Certificate): string | undefined {
  return /^CN=(.*)$/m.exec(subject)?.[1];
}

/** Every certificate of a PEM file. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function wrong(detail: string): Error {
  return gatewayError('GATEWAY_RENEWAL_ANSWER', detail);
}
