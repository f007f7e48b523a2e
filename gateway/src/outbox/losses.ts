import type { Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { LossCause, Overflow, OutboxStatus } from './outbox.ts';
import type { Settings } from './settings.ts';

const causes: readonly LossCause[] = ['oldest', 'newest', 'thinned', 'memory', 'unfit', 'earlier'];

export type LossCounts = Partial<Record<LossCause, number>>;

/** Counts what was lost, also while the disk does not take the count: it is written with the next commit. */
export class Losses {
  #unwritten = new Map<LossCause, number>();

  add(cause: LossCause, batches: number): void {
    if (batches > 0) this.#unwritten.set(cause, (this.#unwritten.get(cause) ?? 0) + batches);
  }

  get waiting(): boolean {
    return this.#unwritten.size > 0;
  }

  /** Inside a transaction: what is lost in it, and what was lost before. */
  write(settings: Settings, now: LossCounts): void {
    for (const cause of causes) {
      const more = (this.#unwritten.get(cause) ?? 0) + (now[cause] ?? 0);
      const key = `dropped_${cause}` as const;
      if (more > 0) settings.put(key, (settings.get(key) ?? 0) + more);
    }
  }

  /** That transaction succeeded. */
  written(): void {
    this.#unwritten.clear();
  }

  /** For the life of the file. */
  total(settings: Settings | undefined): Record<LossCause, number> {
    const count = (cause: LossCause): number =>
      (settings?.get(`dropped_${cause}`) ?? 0) + (this.#unwritten.get(cause) ?? 0);
    return {
      oldest: count('oldest'),
      newest: count('newest'),
      thinned: count('thinned'),
      memory: count('memory'),
      unfit: count('unfit'),
      earlier: count('earlier'),
    };
  }
}

/** A time in which batches are lost to a cap: told once when it begins and once when it is over. */
export class Overflowing {
  readonly #log: Logger;
  readonly #now: () => number;
  #present: NonNullable<OutboxStatus['overflowing']> | undefined;

  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  get present(): OutboxStatus['overflowing'] {
    return this.#present;
  }

  lost(where: 'disk' | 'memory', policy: Overflow, batches: number): void {
    if (batches === 0) return;
    if (this.#present?.where === where) {
      this.#present = { ...this.#present, policy, lost: this.#present.lost + batches };
      return;
    }
    const error = gatewayError('GATEWAY_OUTBOX_FULL', `${where}, ${policy}`, { context: { where, policy } });
    this.#log.warn({ ...error.toJSON() }, error.message);
    this.#present = { where, policy, since: this.#now(), lost: batches };
  }

  over(where: 'disk' | 'memory'): void {
    if (this.#present?.where !== where) return;
    const { lost, since } = this.#present;
    this.#log.info({ where, lost, forMs: this.#now() - since }, 'the outbox has room again');
    this.#present = undefined;
  }
}
