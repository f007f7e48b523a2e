import { type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { messageOf } from '@city-testbed/runtime';
import { brokerError } from '../errors.ts';

/** Questions on their way at one time, and questions that may wait behind them. */
const concurrent = 32;
const waitingLimit = 2000;
/** An answer holds one ACL; anything larger is not one of ours. */
const answerBytes = 256 * 1024;

export interface SandboxOptions {
  /** Base URL, e.g. http://127.0.0.1:8080 */
  readonly url: string;
  /** The shared secret, sent as a bearer token. */
  readonly secret: string;
  readonly timeoutMs: number;
}

/** Asks the sandbox: one POST with JSON both ways, bounded in time, in size and in how many go at once. */
export class SandboxClient {
  readonly #options: SandboxOptions;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  /**
   * @returns the answer, checked against the schema
   * @throws BROKER_SANDBOX_* when there is none: unreachable or late, wrong secret, not understood, too many questions
   */
  async ask<T extends TSchema>(path: string, question: object, schema: T): Promise<Static<T>> {
    await this.#turn();
    try {
      const answer = await this.#post(path, question);
      if (!Value.Check(schema, answer)) {
        const fault = Value.Errors(schema, answer).First();
        throw brokerError(
          'BROKER_SANDBOX_ANSWER_INVALID',
          `${path}${fault?.path ?? ''}: ${fault?.message ?? ''}`,
        );
      }
      return answer;
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#busy >= concurrent) {
      if (this.#waiting.length >= waitingLimit)
        throw brokerError('BROKER_SANDBOX_OVERLOADED', `${this.#waiting.length} wait`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busy++;
  }

  async #post(path: string, question: object): Promise<unknown> {
    const { url, secret, timeoutMs } = this.#options;
    let response: Response;
    let text: string;
    try {
      // the built-in fetch keeps connections alive by itself
      response = await fetch(new URL(path, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify(question),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await readBounded(response);
    } catch (cause) {
      const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
      throw brokerError('BROKER_SANDBOX_UNREACHABLE', `${url}: ${messageOf(why)}`, { cause });
    }
    if (response.status === 401 || response.status === 403)
      throw brokerError('BROKER_SANDBOX_REFUSED', `${url} answered ${response.status}`);
    if (!response.ok) throw brokerError('BROKER_SANDBOX_UNREACHABLE', `${url} answered ${response.status}`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw brokerError('BROKER_SANDBOX_ANSWER_INVALID', `${path}: not JSON`, { cause });
    }
  }
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // leaving the loop early cancels the body
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > answerBytes) throw new Error(`an answer of more than ${answerBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
