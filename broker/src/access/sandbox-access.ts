import { createHmac, randomBytes } from 'node:crypto';
import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import { KeyedBuckets } from '../model/token-bucket.ts';
import type { Access, Claim, Grant, TopicQuestion, Verdict } from './access.ts';
import { BoundedCache } from './bounded-cache.ts';
import { AuthenticateAnswer, AuthorizeAnswer, grantIn } from './sandbox-answers.ts';
import type { SandboxClient } from './sandbox-client.ts';

const cached = 10_000;
const revokedLimit = 100_000;
/** A refusal is remembered this long, so that a client in a loop does not become the sandbox's load. */
const refusalMs = 1000;

export interface SandboxAccessOptions {
  readonly client: SandboxClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly cacheSeconds: number;
  /** Told how long each question took, in seconds, and what came of it. */
  readonly onAnswer: (seconds: number, outcome: 'allow' | 'deny' | 'unavailable') => void;
}

/**
 * Access by asking the sandbox. Answers are cached for a short time, under a keyed hash (HMAC-SHA256, the key lives as
 * long as the process) of everything that the sandbox was told: no password stays in memory, and how long a look-up
 * takes says nothing about one, so there is nothing to compare in constant time.
 */
export class SandboxAccess implements Access {
  readonly #options: SandboxAccessOptions;
  readonly #salt = randomBytes(32);
  readonly #verdicts = new BoundedCache<Verdict>(cached);
  readonly #decisions = new BoundedCache<{ allowed: boolean; credential: string }>(cached);
  readonly #asking = new Map<string, Promise<Verdict>>();
  readonly #deciding = new Map<string, Promise<boolean>>();
  readonly #revoked = new Set<string>();
  /** Wrong credentials: two a second for a user name at an address, ten at once. A right one that is cached passes. */
  readonly #failures = new KeyedBuckets({ perSecond: 2, burst: 10, keys: cached });
  #state: 'unknown' | 'ok' | 'unavailable' = 'unknown';

  constructor(options: SandboxAccessOptions) {
    this.#options = options;
  }

  state(): 'unknown' | 'ok' | 'unavailable' {
    return this.#state;
  }

  async authenticate(claim: Claim): Promise<Verdict> {
    const { clock } = this.#options;
    const key = this.#keyOf(claim);
    let verdict = this.#verdicts.get(key, clock.monotonic());
    if (!verdict) {
      // clients that all come back at once with one credential cost one question
      const asking = this.#asking.get(key) ?? this.#throttled(claim);
      this.#asking.set(key, asking);
      verdict = await asking.finally(() => this.#asking.delete(key));
      this.#remember(key, verdict);
    }
    return this.#stillTrue(verdict);
  }

  async authorize(question: TopicQuestion): Promise<boolean> {
    const { principal, action, topic } = question;
    const key = JSON.stringify([principal.id, action, topic]);
    const known = this.#decisions.get(key, this.#options.clock.monotonic());
    if (known) return known.allowed;
    const deciding = this.#deciding.get(key) ?? this.#askAbout(question, key);
    this.#deciding.set(key, deciding);
    return deciding.finally(() => this.#deciding.delete(key));
  }

  revoke(credentials: readonly string[]): void {
    for (const id of credentials) {
      this.#revoked.delete(id);
      this.#revoked.add(id);
      const oldest = this.#revoked.values().next();
      if (this.#revoked.size > revokedLimit && !oldest.done) this.#revoked.delete(oldest.value);
    }
    this.#verdicts.deleteWhere((verdict) => verdict.allow && this.#revoked.has(verdict.grant.principal.id));
    this.#decisions.deleteWhere(({ credential }) => this.#revoked.has(credential));
  }

  async #askAbout(question: TopicQuestion, key: string): Promise<boolean> {
    const { client, clock, cacheSeconds } = this.#options;
    const { principal, clientId, username, action, topic, qos, retain } = question;
    const allowed = await this.#timed(async () => {
      const asked = { clientid: clientId, username, action, topic, qos, retain };
      const answer = await client.ask('/internal/mqtt/authorize', asked, AuthorizeAnswer);
      return answer.ok && answer.result === 'allow';
    });
    if (typeof allowed !== 'boolean' || this.#revoked.has(principal.id)) return false;
    const until = clock.monotonic() + cacheSeconds * 1000;
    this.#decisions.set(key, { allowed, credential: principal.id }, until);
    return allowed;
  }

  async #throttled(claim: Claim): Promise<Verdict> {
    const who = JSON.stringify([claim.peerHost, claim.username ?? claim.certCommonName]);
    const { clock } = this.#options;
    if (!this.#failures.has(who, 1, clock.monotonic()))
      return { allow: false, reason: 'too_many_failures', detail: `from ${claim.peerHost}` };
    const verdict = await this.#ask(claim);
    if (!verdict.allow && verdict.reason === 'bad_credentials')
      this.#failures.take(who, 1, clock.monotonic());
    return verdict;
  }

  async #ask(claim: Claim): Promise<Verdict> {
    const { client } = this.#options;
    const answer = await this.#timed(() =>
      client.ask('/internal/mqtt/authenticate', questionOf(claim), AuthenticateAnswer),
    );
    if (answer instanceof Error)
      return { allow: false, reason: 'sandbox_unavailable', detail: codeOf(answer) };
    const grant = grantIn(answer);
    if (!grant) return { allow: false, reason: 'bad_credentials', detail: answer.reason ?? 'denied' };
    return { allow: true, grant };
  }

  /** Counts and times a question; an error becomes the result, after it was logged once for each change of state. */
  async #timed<T>(ask: () => Promise<T>): Promise<T | Error> {
    const { clock, log, onAnswer } = this.#options;
    const started = clock.monotonic();
    const seconds = (): number => (clock.monotonic() - started) / 1000;
    try {
      const answer = await ask();
      if (this.#state !== 'ok') log.info('the sandbox answers');
      this.#state = 'ok';
      onAnswer(seconds(), allows(answer) ? 'allow' : 'deny');
      return answer;
    } catch (error) {
      const coded = isCoded(error) ? error.toJSON() : {};
      if (this.#state !== 'unavailable') log.error(coded, `sandbox: ${messageOf(error)}`);
      this.#state = 'unavailable';
      onAnswer(seconds(), 'unavailable');
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #remember(key: string, verdict: Verdict): void {
    const now = this.#options.clock.monotonic();
    if (verdict.allow) this.#verdicts.set(key, verdict, now + this.#options.cacheSeconds * 1000);
    else if (verdict.reason === 'bad_credentials') this.#verdicts.set(key, verdict, now + refusalMs);
  }

  /** A cached grant, or one that was on its way, may have ended or been revoked in the meantime. */
  #stillTrue(verdict: Verdict): Verdict {
    if (!verdict.allow) return verdict;
    const { principal, expiresAt }: Grant = verdict.grant;
    if (this.#revoked.has(principal.id)) return { allow: false, reason: 'revoked', detail: 'revoked' };
    if (expiresAt !== undefined && expiresAt <= this.#options.clock.now())
      return { allow: false, reason: 'expired', detail: `since ${new Date(expiresAt).toISOString()}` };
    return verdict;
  }

  #keyOf(claim: Claim): string {
    const told = JSON.stringify({ ...questionOf(claim), clientid: '' });
    return createHmac('sha256', this.#salt).update(told).digest('base64');
  }
}

function questionOf(claim: Claim): object {
  return {
    clientid: claim.clientId,
    username: claim.username,
    password: claim.password?.toString('utf8'),
    peerhost: claim.peerHost,
    cert_common_name: claim.certCommonName,
    transport: claim.transport,
  };
}

function allows(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer
    ? answer.ok === true
    : answer === true;
}

function codeOf(error: Error): string {
  return isCoded(error) ? error.code : error.message;
}
