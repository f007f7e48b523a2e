import { createHash } from 'node:crypto';
import type { Clock } from '@city-testbed/runtime';
import type { Value } from '../contract/index.ts';

/** Where commands go out; the ingest's Sparkplug session does. */
export interface CommandSender {
  /** Throws SANDBOX_COMMAND_UNDELIVERABLE, and SPARKPLUG_VALUE_* where the value is none of the metric. */
  command(device: string, metric: string, value: Value, options: CommandOptions): void;
}

export interface CommandOptions {
  readonly id: string;
  /** ms since the Unix epoch. */
  readonly expiresAt: number;
}

/** What a gateway said of a command: the JSON of `Command/Result`, checked. */
export interface GatewayResult {
  readonly id: string;
  readonly ok: boolean;
  readonly reason: string | null;
  readonly value: Value;
}

/** What the service is told. */
export interface CommandAnswer {
  readonly id: string;
  readonly accepted: true;
  readonly ok: boolean;
  readonly reason: string | null;
  readonly value: Value;
  readonly at: string;
}

interface Waiting {
  readonly device: string;
  readonly id: string;
  readonly answer: (answer: CommandAnswer) => void;
  readonly done: AbortController;
}

/** Without an end of its own, a command is carried out within this time or not at all. */
export const COMMAND_LIFE_MS = 30_000;
/** How long the way back of a result may take. */
const ANSWER_MS = 5000;
const LONGEST_WAIT_MS = 3_600_000;
const MOST_WAITING = 1000;

/** Commands that are under way to devices. Each is answered once: by its gateway, or for it when that stays silent. */
export class DeviceCommands {
  readonly #sender: CommandSender;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(sender: CommandSender, clock: Clock) {
    this.#sender = sender;
    this.#clock = clock;
  }

  get full(): boolean {
    return this.#waiting.size >= MOST_WAITING;
  }

  /** Throws as the sender does; then there will be no answer. The same id again is the same command. */
  send(
    pilot: string,
    command: { readonly device: string; readonly metric: string; readonly value: Value } & CommandOptions,
    answer: (answer: CommandAnswer) => void,
  ): void {
    const { device, metric, value, id, expiresAt } = command;
    const key = createHash('sha256')
      .update(JSON.stringify([pilot, device, metric, id]))
      .digest('hex');
    const name = key.slice(0, 32);
    this.#sender.command(device, metric, value, { id: name, expiresAt });
    if (this.#waiting.has(name)) return;
    const done = new AbortController();
    this.#waiting.set(name, { device, id, answer, done });
    const wait = Math.min(Math.max(0, expiresAt - this.#clock.now()), LONGEST_WAIT_MS) + ANSWER_MS;
    void this.#clock.sleep(wait, done.signal).then(() => {
      if (!done.signal.aborted) this.#answer(name, { ok: false, reason: 'no_answer', value: null });
    });
  }

  /** A gateway speaks of one of its devices; what is not waited for is nobody's. */
  result(device: string, result: GatewayResult): void {
    if (this.#waiting.get(result.id)?.device === device) this.#answer(result.id, result);
  }

  /** Nobody is told any more. */
  stop(): void {
    for (const { done } of this.#waiting.values()) done.abort();
    this.#waiting.clear();
  }

  #answer(name: string, { ok, reason, value }: Pick<GatewayResult, 'ok' | 'reason' | 'value'>): void {
    const waiting = this.#waiting.get(name);
    if (!waiting) return;
    this.#waiting.delete(name);
    waiting.done.abort();
    const at = new Date(this.#clock.now()).toISOString();
    waiting.answer({ id: waiting.id, accepted: true, ok, reason, value, at });
  }
}

/** The JSON of `Command/Result`; undefined where it is none. It comes from the wire. */
export function gatewayResult(text: unknown): GatewayResult | undefined {
  if (typeof text !== 'string' || text.length > 4096) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // the caller refuses it, with a code
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { id, ok, reason, value } = json as Record<string, unknown>;
  if (typeof id !== 'string' || typeof ok !== 'boolean') return undefined;
  const plain = ['number', 'boolean', 'string'].includes(typeof value) ? (value as Value) : null;
  return { id, ok, reason: typeof reason === 'string' ? reason.slice(0, 64) : null, value: plain };
}
