import type { Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { OutboxStatus, Replaced } from './outbox.ts';
import { Rescue } from './rescue.ts';
import type { Opening, Store } from './store.ts';

export interface ReplacementOptions {
  readonly file: string;
  readonly now: () => number;
  readonly log: Logger;
}

/** What became of the file before this one, and what is brought over from it. */
export class Replacement {
  readonly #options: ReplacementOptions;
  #event: Replaced | undefined;
  #rescue: Rescue | undefined;
  #rescued = 0;
  #unreadable = 0;

  constructor(options: ReplacementOptions) {
    this.#options = options;
  }

  /** Goes on until it is over. */
  get rescue(): Rescue | undefined {
    return this.#rescue;
  }

  /** A fresh file took the place of another: sounds the alarm. */
  begin(
    { why, aside, aliasesKept, cause, lastNumber }: NonNullable<Opening['replaced']>,
    store: Store,
  ): Replaced {
    const { file, log, now } = this.#options;
    const what = aside === undefined ? `${file} was removed` : `${file} is now ${aside}`;
    const alarm = gatewayError('GATEWAY_OUTBOX_CORRUPT', what, { context: { file, aside, why }, cause });
    log.error({ ...alarm.toJSON() }, alarm.message);
    this.end();
    this.#rescued = this.#unreadable = 0;
    if (why === 'damaged' && aside !== undefined) {
      this.#rescue = new Rescue(aside, lastNumber, store.lastNumber);
    }
    this.#event = { at: now(), why, ...(aside === undefined ? {} : { aside }), aliasesKept };
    return this.#event;
  }

  /** A transaction brought so many batches over. Whether that was the end of it. */
  wrote(batches: number): boolean {
    this.#rescued += batches;
    if (!this.#rescue?.isOver) return false;
    this.end();
    return true;
  }

  end(): void {
    if (!this.#rescue) return;
    const whole = this.#rescue.isOver;
    this.#unreadable = this.#rescue.unreadable;
    this.#rescue.close();
    this.#rescue = undefined;
    const figures = { rescued: this.#rescued, unreadable: this.#unreadable, whole };
    this.#options.log.info(
      figures,
      'what could be read of the old outbox is in the new one; the old file stays',
    );
  }

  get status(): OutboxStatus['replaced'] {
    if (!this.#event) return undefined;
    return {
      ...this.#event,
      rescued: this.#rescued,
      unreadable: this.#rescue?.unreadable ?? this.#unreadable,
      rescuing: this.#rescue !== undefined,
    };
  }
}
