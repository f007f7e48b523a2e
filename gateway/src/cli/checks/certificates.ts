import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '@city-testbed/runtime';
import { fault, note, warning, type Finding, type Subject } from './finding.ts';
import { readableByAll } from './secrets.ts';

const DAY_MS = 86_400_000;
/** Somebody has to go there and change it: a month is little. */
const SOON_DAYS = 30;

/** TLS files can be read, are what they should be, fit each other and are valid. */
export function checkCertificates(subject: Subject): Finding[] {
  const { uplink } = subject.inspected.parts;
  const { tls } = uplink;
  if (!tls) return [];
  const findings: Finding[] = [];
  const use = (key: string, file: string | undefined): PemFile | undefined => {
    if (file === undefined) return undefined;
    const path = `uplink.tls.${key}`;
    const name = resolve(subject.baseDir, file);
    try {
      return { path, name, text: readFileSync(name, 'utf8') };
    } catch (error) {
      findings.push(fault(path, messageOf(error), 'a PEM file that can be read'));
      return undefined;
    }
  };
  const authorities = [use('caFile', tls.caFile), use('renew.caFile', tls.renew?.caFile)];
  for (const file of authorities) if (file) findings.push(...authorityFindings(file, subject.now));
  const [certFile, keyFile] = [use('certFile', tls.certFile), use('keyFile', tls.keyFile)];
  const certificate = certFile && first(certFile, findings);
  const key = keyFile && privateKey(keyFile, findings);
  if (certFile && certificate) {
    findings.push(...validity(certFile, certificate, subject.now, tls.renew !== undefined));
    if (key && !certificate.checkPrivateKey(key)) {
      const found = `the key of another certificate than ${certFile.name}`;
      findings.push(fault('uplink.tls.keyFile', found, 'the private key that the certificate was made for'));
    }
  }
  if (keyFile) findings.push(...readableByAll(keyFile.path, keyFile.name));
  return [...findings, ...unused(subject)];
}

interface PemFile {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

function certificatesIn({ text }: PemFile): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function first(file: PemFile, findings: Finding[]): X509Certificate | undefined {
  try {
    const [certificate] = certificatesIn(file);
    if (certificate) return certificate;
    findings.push(fault(file.path, `${file.name}: no certificate in it`, 'PEM: -----BEGIN CERTIFICATE-----'));
  } catch (error) {
    findings.push(fault(file.path, `${file.name}: ${messageOf(error)}`, 'a certificate in PEM'));
  }
  return undefined;
}

function privateKey(file: PemFile, findings: Finding[]): KeyObject | undefined {
  try {
    return createPrivateKey(file.text);
  } catch (error) {
    const allowed = 'a private key in PEM, without a passphrase';
    findings.push(fault(file.path, `${file.name}: ${messageOf(error)}`, allowed));
    return undefined;
  }
}

/** Of a bundle, one authority that is valid is enough; one that is not is worth a word. */
function authorityFindings(file: PemFile, now: number): Finding[] {
  const findings: Finding[] = [];
  if (!first(file, findings)) return findings;
  return certificatesIn(file).flatMap((certificate) =>
    Date.parse(certificate.validTo) >= now
      ? []
      : [
          warning(
            file.path,
            `${certificate.subject} expired on ${certificate.validTo}`,
            'an authority that is valid',
          ),
        ],
  );
}

function validity(
  { path }: PemFile,
  { validFrom, validTo, subject }: X509Certificate,
  now: number,
  renewed: boolean,
): Finding[] {
  const name = subject.replaceAll('\n', ', ');
  if (Date.parse(validFrom) > now) {
    const allowed = 'a certificate that is valid already; is the clock of this machine right?';
    return [fault(path, `${name}: valid only from ${validFrom}`, allowed)];
  }
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  if (days < 0) {
    const found = `${name}: expired on ${validTo}`;
    return renewed
      ? [warning(path, found, 'the gateway asks for a new one when it starts')]
      : [fault(path, found, 'a certificate that is valid')];
  }
  const found = `${name}: ${String(days)} days left, until ${validTo}`;
  if (days < SOON_DAYS && !renewed) return [warning(path, found, 'renew it, or set uplink.tls.renew')];
  return [note(path, found, renewed ? 'renewed by itself' : 'renew it in time')];
}

/** Files for TLS that no connection uses. */
function unused({ inspected }: Subject): Finding[] {
  const { url, fallbackUrls, tls } = inspected.parts.uplink;
  if (url === undefined || tls === undefined || Object.keys(tls).length === 0) return [];
  if ([url, ...(fallbackUrls ?? [])].some((one) => /^(mqtts|wss):/.test(one))) return [];
  return [warning('uplink.tls', `TLS files, but ${url} is not encrypted`, 'mqtts:// or wss://')];
}
