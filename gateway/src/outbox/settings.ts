import type { Database } from 'better-sqlite3';

/** Single numbers that must survive a restart, and the pulse counters. */
export class Settings {
  readonly #get;
  readonly #set;
  readonly #counter;
  readonly #setCounter;

  constructor(database: Database) {
    this.#get = database.prepare<[string], { value: number }>('SELECT value FROM setting WHERE key = ?');
    this.#set = database.prepare<[string, number]>(
      `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    this.#counter = database.prepare<[string], { pulses: number }>(
      'SELECT pulses FROM counter WHERE key = ?',
    );
    this.#setCounter = database.prepare<[string, number]>(
      `INSERT INTO counter (key, pulses) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET pulses = excluded.pulses`,
    );
  }

  get(key: 'bd_seq' | 'dropped'): number | undefined {
    return this.#get.get(key)?.value;
  }

  set(key: 'bd_seq' | 'dropped', value: number): void {
    this.#set.run(key, value);
  }

  add(key: 'dropped', more: number): void {
    this.set(key, (this.get(key) ?? 0) + more);
  }

  counter(key: string): number {
    return this.#counter.get(key)?.pulses ?? 0;
  }

  setCounters(counters: ReadonlyMap<string, number>): void {
    for (const [key, pulses] of counters) this.#setCounter.run(key, pulses);
  }
}
