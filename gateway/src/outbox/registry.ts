import type { Database } from 'better-sqlite3';
import { BATCH_METRIC, type Aliases, type DeviceDescription } from '../model/device.ts';

export interface KnownDevice {
  readonly key: number;
  readonly device: DeviceDescription;
  readonly aliases: Aliases;
}

interface MetricRow {
  readonly alias: number;
  readonly name: string;
  readonly datatype: string;
}

/** Devices and the aliases of their metrics. Nothing is ever deleted here, so that no alias means two things. */
export class Registry {
  readonly #database: Database;
  readonly #byId = new Map<string, KnownDevice>();
  readonly #byKey = new Map<number, string>();
  readonly #declared = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
    const rows = database
      .prepare<[], { key: number; description: string }>('SELECT key, description FROM device')
      .all();
    for (const { key, description } of rows) {
      // Written by this class: the shape is its own.
      const device = JSON.parse(description) as DeviceDescription;
      this.#keep({ key, device, aliases: this.#aliases(key) });
    }
  }

  declare(device: DeviceDescription): Aliases {
    const description = JSON.stringify(device);
    const known = this.#database.transaction(() => {
      this.#database
        .prepare(
          `INSERT INTO device (id, description) VALUES (?, ?)
           ON CONFLICT (id) DO UPDATE SET description = excluded.description`,
        )
        .run(device.id, description);
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
      return { key, device, aliases: this.#aliases(key) };
    })();
    this.#keep(known);
    this.#declared.add(device.id);
    return known.aliases;
  }

  /** It left the configuration. */
  withdraw(id: string): void {
    this.#declared.delete(id);
  }

  find(id: string): KnownDevice | undefined {
    return this.#byId.get(id);
  }

  idOf(key: number): string | undefined {
    return this.#byKey.get(key);
  }

  undeclared(): KnownDevice[] {
    return [...this.#byId.values()].filter(({ device }) => !this.#declared.has(device.id));
  }

  retired(id: string): readonly MetricRow[] {
    const known = this.#byId.get(id);
    if (!known) return [];
    const present = new Set([BATCH_METRIC, ...known.device.metrics.map(({ name }) => name)]);
    return this.#metrics(known.key).filter(({ name }) => !present.has(name));
  }

  #keep(known: KnownDevice): void {
    this.#byId.set(known.device.id, known);
    this.#byKey.set(known.key, known.device.id);
  }

  #aliases(key: number): Aliases {
    return new Map(this.#metrics(key).map(({ name, alias }) => [name, alias]));
  }

  #metrics(key: number): MetricRow[] {
    return this.#database
      .prepare<[number], MetricRow>(
        'SELECT alias, name, datatype FROM metric WHERE device = ? ORDER BY alias',
      )
      .all(key);
  }
}
