import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isCoded, messageOf, type Clock, type Logger, type Random } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { backOffMs } from '../uplink/back-off.ts';
import type { CertificateKeeper, CertificateStatus } from '../uplink/uplink.ts';
import { CertificateFiles } from './certificate-files.ts';
import { certificatesOf, newCertificate } from './check-answer.ts';
import { enrol, type Credentials, type EstServer } from './est-client.ts';
import { certificatesIn, signingRequest } from './signing-request.ts';

export interface RenewalOptions {
  /** Common name of the certificate, and user name where there is none yet. */
  readonly gateway: string;
  /** EST server, RFC 7030. */
  readonly url: string;
  /** PEM, absolute paths. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Authority of that server, and of the certificates that it gives; undefined: those of Node.js. */
  readonly caFile: string | undefined;
  readonly password: string | undefined;
  /** Renewed when less than this share of its life is left. */
  readonly remaining: number;
  readonly clockSynced: () => boolean;
  /** There is another certificate. `soon`: the old one is about to expire, or has. */
  readonly onRenewed: (soon: boolean) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Between two looks, and from the first failure on; for tests. */
  readonly checkMs?: number;
  readonly retryMinMs?: number;
}

const CHECK_MS = 3_600_000;
const RETRY_MIN_MS = 60_000;
/** A connection with the old certificate is replaced at once where it has less than this left. */
const SOON_MS = 600_000;

/**
 * Keeps the gateway's certificate in force: renewed with itself while it is valid, with the password once it is not, or
 * where there is none yet. A server that cannot be reached is asked again and again; the readings wait in the outbox.
 */
export class CertificateRenewal implements CertificateKeeper {
  readonly name = 'certificate renewal';
  readonly #options: RenewalOptions;
  readonly #files: CertificateFiles;
  readonly #stopped = new AbortController();
  #pause = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #present: ReturnType<CertificateFiles['read']>;
  #refused = false;
  #tries = 0;
  #renewed = 0;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #fault: string | undefined;
  #alarm: string | undefined;

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#files = new CertificateFiles(options.certFile, options.keyFile);
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#pause.abort();
    await this.#running;
  }

  /** The broker refused the certificate, or it cannot be read: looked at now, but not while a failure is waited out. */
  refused(): void {
    const { clock, checkMs = CHECK_MS } = this.#options;
    // A broker that refuses a new one too will not like the next one better.
    if (clock.monotonic() - this.#renewedAt < checkMs) return;
    this.#refused = true;
    if (this.#tries === 0) this.#pause.abort();
  }

  status(): CertificateStatus {
    const { clock, clockSynced } = this.#options;
    const notAfter = this.#present && Date.parse(this.#present.certificate.validTo);
    return {
      ...(notAfter === undefined ? {} : { notAfter }),
      ...(notAfter === undefined || !clockSynced()
        ? {}
        : { daysLeft: Math.floor((notAfter - clock.now()) / 86_400_000) }),
      renewed: this.#renewed,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
    };
  }

  async #run(): Promise<void> {
    const { clock, random, checkMs = CHECK_MS, retryMinMs = RETRY_MIN_MS } = this.#options;
    while (!this.#stopped.signal.aborted) {
      this.#pause = new AbortController();
      const well = await this.#look();
      this.#tries = well ? 0 : this.#tries + 1;
      const pause = well
        ? checkMs * (0.9 + 0.2 * random.next())
        : backOffMs(this.#tries - 1, retryMinMs, checkMs, random);
      // It was told to stop, or of a refusal, while it looked.
      if (this.#isStopped() || (well && this.#refused)) continue;
      await clock.sleep(pause, this.#pause.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Whether all is well afterwards. */
  async #look(): Promise<boolean> {
    this.#present = this.#files.read();
    const due = this.#isDue(this.#present?.certificate);
    this.#refused = false;
    if (!due) {
      this.#fault = undefined;
      return true;
    }
    try {
      await this.#renew();
      this.#fault = undefined;
      return true;
    } catch (error) {
      if (!this.#isStopped()) this.#failed(error);
      return false;
    }
  }

  /** A clock that is not to be trusted cannot say that it is: then only a refusal does. */
  #isDue(certificate: X509Certificate | undefined): boolean {
    if (!certificate || this.#refused) return true;
    const { clock, clockSynced, remaining } = this.#options;
    if (!clockSynced()) return false;
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    return to - clock.now() < remaining * (to - from);
  }

  async #renew(): Promise<void> {
    const { gateway, clock, clockSynced, log, onRenewed } = this.#options;
    const server = this.#server();
    const { signal } = this.#stopped;
    const request = await signingRequest(gateway, this.#present?.pair.certificate);
    let failure: Error | undefined;
    for (const credentials of this.#credentials()) {
      try {
        const { pkcs7, date } = await enrol(server, credentials, request.der, signal);
        const now = clockSynced() ? clock.now() : Math.max(date ?? 0, clock.now());
        const certificate = newCertificate(await pemsOf(pkcs7), {
          gateway,
          publicKey: request.publicKey,
          now,
          authorities: server.authorities,
        });
        this.#files.replace({ certificate, key: request.key });
        const old = this.#present;
        this.#present = this.#files.read();
        this.#renewed += 1;
        this.#renewedAt = clock.monotonic();
        log.info({ notAfter: this.#present?.certificate.validTo }, 'the certificate was renewed');
        onRenewed(!old || Date.parse(old.certificate.validTo) - now < SOON_MS);
        return;
      } catch (error) {
        failure = error instanceof Error ? error : new Error(messageOf(error));
      }
    }
    throw (
      failure ?? gatewayError('GATEWAY_RENEWAL_FAILED', 'there is no certificate, and no password either')
    );
  }

  /** The certificate while it may be valid, then the password. */
  *#credentials(): Generator<Credentials> {
    const { gateway, password, clock, clockSynced } = this.#options;
    const present = this.#present;
    const expired = present && clockSynced() && Date.parse(present.certificate.validTo) <= clock.now();
    if (present && !expired) yield { pair: present.pair };
    if (password !== undefined) yield { username: gateway, password };
  }

  #server(): EstServer {
    const { url, caFile, clockSynced } = this.#options;
    try {
      const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
      return { url, ca, authorities: ca === undefined ? [] : certificatesOf(ca), clockSynced: clockSynced() };
    } catch (cause) {
      throw gatewayError('GATEWAY_TLS_FILE', messageOf(cause), { cause, context: { file: caFile } });
    }
  }

  /** Said at the first failure, and again once a day is less. */
  #failed(error: unknown): void {
    const { log } = this.#options;
    const message = messageOf(error);
    this.#fault = message;
    const { daysLeft } = this.status();
    const alarm = `${message} ${String(daysLeft)}`;
    if (alarm === this.#alarm) return;
    this.#alarm = alarm;
    log.error({ ...(isCoded(error) ? error.toJSON() : { err: error }), daysLeft }, message);
  }
}

async function pemsOf(pkcs7: Buffer): Promise<string[]> {
  try {
    return await certificatesIn(pkcs7);
  } catch (cause) {
    throw gatewayError('GATEWAY_RENEWAL_ANSWER', `it is no PKCS#7: ${messageOf(cause)}`, { cause });
  }
}
