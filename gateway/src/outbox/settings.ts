import type { Database } from 'better-sqlite3';
import type { LossCause } from './outbox.ts';

export type SettingKey = 'bd_seq' | `dropped_${LossCause}`;

/**
 * Single numbers that must survive a restart, and the pulse counters. All are in memory too, so that reading one never
 * needs the disk. What was put in a transaction holds once `settle` says that it succeeded.
 */
export class Settings {
  readonly #values = new Map<string, number>();
  readonly #counters = new Map<string, number>();
  readonly #stagedValues = new Map<string, number>();
  readonly #stagedCounters = new Map<string, number>();
  readonly #set;
  readonly #setCounter;

  constructor(database: Database) {
    this.#set = database.prepare<[string, number]>(
      `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    this.#setCounter = database.prepare<[string, number]>(
      `INSERT INTO counter (key, pulses) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET pulses = excluded.pulses`,
    );
    const values = database.prepare<[], { key: string; value: number }>('SELECT key, value FROM setting');
    for (const { key, value } of values.all()) this.#values.set(key, value);
    const counters = database.prepare<[], { key: string; pulses: number }>('SELECT key, pulses FROM counter');
    for (const { key, pulses } of counters.all()) this.#counters.set(key, pulses);
  }

  get values(): ReadonlyMap<string, number> {
    return this.#values;
  }

  get counters(): ReadonlyMap<string, number> {
    return this.#counters;
  }

  get(key: SettingKey): number | undefined {
    return this.#values.get(key);
  }

  counter(key: string): number {
    return this.#counters.get(key) ?? 0;
  }

  put(key: SettingKey, value: number): void {
    this.#set.run(key, value);
    this.#stagedValues.set(key, value);
  }

  putCounters(counters: ReadonlyMap<string, number>): void {
    for (const [key, pulses] of counters) {
      if (this.#stagedCounters.get(key) === pulses) continue;
      this.#setCounter.run(key, pulses);
      this.#stagedCounters.set(key, pulses);
    }
  }

  /** After a transaction: whether it succeeded. */
  settle(succeeded: boolean): void {
    if (succeeded) {
      for (const [key, value] of this.#stagedValues) this.#values.set(key, value);
      for (const [key, pulses] of this.#stagedCounters) this.#counters.set(key, pulses);
    }
    this.#stagedValues.clear();
    this.#stagedCounters.clear();
  }
}
