import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface KeyPair {
  /** PEM; the gateway's own certificate first, then those above it. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

/**
 * The certificate and key of the gateway on disk. Both change together: the new ones lie beside the old ones as `.next`
 * until both are whole, and a power cut between the two renames is mended at the next look. The old pair is kept as
 * `.previous`. Files are readable by their owner alone.
 */
export class CertificateFiles {
  readonly #certFile: string;
  readonly #keyFile: string;

  constructor(certFile: string, keyFile: string) {
    this.#certFile = certFile;
    this.#keyFile = keyFile;
  }

  /** The present certificate with its key; undefined where there is none that can be used. */
  read(): { readonly pair: KeyPair; readonly certificate: X509Certificate } | undefined {
    this.#mend();
    return readPair(this.#certFile, this.#keyFile);
  }

  /** On disk, whole, when this returns. Throws what the file system says; then the old pair is in force. */
  replace({ certificate, key }: KeyPair): void {
    const [nextCert, nextKey] = [`${this.#certFile}.next`, `${this.#keyFile}.next`];
    write(nextKey, key);
    write(nextCert, certificate);
    for (const file of [this.#keyFile, this.#certFile]) if (existsSync(file)) keep(file);
    renameSync(nextKey, this.#keyFile);
    renameSync(nextCert, this.#certFile);
    for (const folder of new Set([dirname(this.#certFile), dirname(this.#keyFile)])) sync(folder);
  }

  /** The power went between the renames: the key is new, and its certificate still lies beside the old one. */
  #mend(): void {
    const nextCert = `${this.#certFile}.next`;
    if (!existsSync(nextCert) || readPair(this.#certFile, this.#keyFile)) return;
    if (readPair(nextCert, this.#keyFile)) renameSync(nextCert, this.#certFile);
  }
}

function readPair(
  certFile: string,
  keyFile: string,
): { pair: KeyPair; certificate: X509Certificate } | undefined {
  try {
    const pair = { certificate: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    const certificate = new X509Certificate(pair.certificate);
    return certificate.checkPrivateKey(createPrivateKey(pair.key)) ? { pair, certificate } : undefined;
  } catch {
    // Missing, cut or not PEM: there is nothing to go on with, and a new one is asked for.
    return undefined;
  }
}

function write(file: string, text: string): void {
  rmSync(file, { force: true });
  const open = openSync(file, 'wx', 0o600);
  try {
    writeSync(open, text);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}

/** A copy, so that the file itself is there at every moment. */
function keep(file: string): void {
  const copy = `${file}.previous`;
  rmSync(copy, { force: true });
  copyFileSync(file, copy);
}

function sync(folder: string): void {
  const open = openSync(folder, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
