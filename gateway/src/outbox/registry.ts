import type { Database } from 'better-sqlite3';
import { BATCH_METRIC, type Aliases, type DeviceDescription } from '../model/device.ts';

export interface KnownDevice {
  readonly key: number;
  readonly device: DeviceDescription;
  readonly aliases: Aliases;
}

export interface MetricRow {
  readonly alias: number;
  readonly device: number;
  readonly name: string;
  readonly datatype: string;
}

/**
 * Devices and the aliases of their metrics. Nothing is ever deleted here, so that no alias means two things. All of it
 * is in memory too: a file that breaks while the gateway runs is replaced by one with the same aliases.
 */
export class Registry {
  readonly #database: Database;
  readonly #byId = new Map<string, KnownDevice>();
  readonly #byKey = new Map<number, KnownDevice>();
  readonly #metrics = new Map<number, readonly MetricRow[]>();
  readonly #declared: Set<string>;

  /** `declared`: ids that were declared since the start, where the file was opened anew meanwhile. */
  constructor(database: Database, declared: Iterable<string> = []) {
    this.#database = database;
    this.#declared = new Set(declared);
    const rows = database
      .prepare<[], { key: number; description: string }>('SELECT key, description FROM device')
      .all();
    for (const { key, description } of rows) {
      // Written by this class: the shape is its own.
      this.#keep(key, JSON.parse(description) as DeviceDescription, this.#read(key));
    }
  }

  declare(device: DeviceDescription): Aliases {
    const known = this.#byId.get(device.id);
    if (known && this.#isSame(known, device)) {
      this.#declared.add(device.id);
      return known.aliases;
    }
    const { key, metrics } = this.#database.transaction(() => this.#write(device))();
    const { aliases } = this.#keep(key, device, metrics);
    this.#declared.add(device.id);
    return aliases;
  }

  /** It left the configuration. */
  withdraw(id: string): void {
    this.#declared.delete(id);
  }

  find(id: string): KnownDevice | undefined {
    return this.#byId.get(id);
  }

  byKey(key: number): KnownDevice | undefined {
    return this.#byKey.get(key);
  }

  metricsOf(key: number): readonly MetricRow[] {
    return this.#metrics.get(key) ?? [];
  }

  get known(): readonly KnownDevice[] {
    return [...this.#byId.values()];
  }

  get declared(): ReadonlySet<string> {
    return this.#declared;
  }

  undeclared(): KnownDevice[] {
    return this.known.filter(({ device }) => !this.#declared.has(device.id));
  }

  retired(id: string): readonly Omit<MetricRow, 'device'>[] {
    const known = this.#byId.get(id);
    if (!known) return [];
    const present = new Set([BATCH_METRIC, ...known.device.metrics.map(({ name }) => name)]);
    return this.metricsOf(known.key)
      .filter(({ name }) => !present.has(name))
      .map(({ name, alias, datatype }) => ({ name, alias, datatype }));
  }

  #write(device: DeviceDescription): { key: number; metrics: readonly MetricRow[] } {
    this.#database
      .prepare(
        `INSERT INTO device (id, description) VALUES (?, ?)
         ON CONFLICT (id) DO UPDATE SET description = excluded.description`,
      )
      .run(device.id, JSON.stringify(device));
    const row = this.#database
      .prepare<[string], { key: number }>('SELECT key FROM device WHERE id = ?')
      .get(device.id);
    const key = row?.key ?? 0;
    const insert = this.#database.prepare(
      `INSERT INTO metric (device, name, datatype) VALUES (?, ?, ?)
       ON CONFLICT (device, name) DO UPDATE SET datatype = excluded.datatype`,
    );
    insert.run(key, BATCH_METRIC, 'UInt64');
    for (const { name, datatype } of device.metrics) insert.run(key, name, datatype);
    return { key, metrics: this.#read(key) };
  }

  /** Nothing is written for a device that did not change: not at every start, and not on a disk that takes nothing. */
  #isSame({ key, device }: KnownDevice, next: DeviceDescription): boolean {
    if (JSON.stringify(device) !== JSON.stringify(next)) return false;
    const datatypes = new Map(this.metricsOf(key).map(({ name, datatype }) => [name, datatype]));
    return (
      datatypes.has(BATCH_METRIC) &&
      next.metrics.every(({ name, datatype }) => datatypes.get(name) === datatype)
    );
  }

  #keep(key: number, device: DeviceDescription, metrics: readonly MetricRow[]): KnownDevice {
    const known = { key, device, aliases: new Map(metrics.map(({ name, alias }) => [name, alias])) };
    this.#byId.set(device.id, known);
    this.#byKey.set(key, known);
    this.#metrics.set(key, metrics);
    return known;
  }

  #read(key: number): MetricRow[] {
    return this.#database
      .prepare<[number], MetricRow>(
        'SELECT alias, device, name, datatype FROM metric WHERE device = ? ORDER BY alias',
      )
      .all(key);
  }
}
