import SqliteDatabase, { type Database, type Statement } from 'better-sqlite3';
import type { DeviceDescription } from '../model/device.ts';
import type { MetricRow } from './registry.ts';
import type { Boot } from './rows.ts';

/** All of an outbox but its batches: what a fresh file needs so that no alias and no number gets another meaning. */
export interface Seed {
  readonly devices: readonly { readonly key: number; readonly description: DeviceDescription }[];
  readonly metrics: readonly MetricRow[];
  readonly boots: readonly Boot[];
  readonly settings: ReadonlyMap<string, number>;
  readonly counters: ReadonlyMap<string, number>;
  /** The last batch number that was given, as far as it is known. */
  readonly lastNumber: number;
  /** Observed time of the last batch, ms; 0 where nobody knows. */
  readonly lastAt: number;
  /** Whether all devices and metrics are here. */
  readonly complete: boolean;
}

/** Aliases of a registry that could not be read are somewhere below this, past the greatest that could. */
const ALIAS_GAP = 100_000;

/** Writes a seed into a file that has its tables and nothing in them. */
export function plant(database: Database, seed: Seed): void {
  database
    .transaction(() => {
      const device = database.prepare('INSERT INTO device (key, id, description) VALUES (?, ?, ?)');
      for (const { key, description } of seed.devices)
        device.run(key, description.id, JSON.stringify(description));
      const metric = database.prepare(
        'INSERT INTO metric (alias, device, name, datatype) VALUES (?, ?, ?, ?)',
      );
      for (const { alias, device: key, name, datatype } of seed.metrics)
        metric.run(alias, key, name, datatype);
      const boot = database.prepare('INSERT INTO boot (key, id, started_at) VALUES (?, ?, ?)');
      for (const { key, id, startedAt } of seed.boots) boot.run(key, id, startedAt);
      const setting = database.prepare('INSERT INTO setting (key, value) VALUES (?, ?)');
      for (const [key, value] of seed.settings) setting.run(key, value);
      const counter = database.prepare('INSERT INTO counter (key, pulses) VALUES (?, ?)');
      for (const [key, pulses] of seed.counters) counter.run(key, pulses);
      if (seed.lastAt > 0) {
        database.prepare(`INSERT INTO sqlite_sequence (name, seq) VALUES ('last_at', ?)`).run(seed.lastAt);
      }
      if (seed.complete) return;
      const greatest = seed.metrics.reduce((most, { alias }) => Math.max(most, alias), 0);
      database.prepare(`DELETE FROM sqlite_sequence WHERE name = 'metric'`).run();
      database
        .prepare(`INSERT INTO sqlite_sequence (name, seq) VALUES ('metric', ?)`)
        .run(greatest + ALIAS_GAP);
    })
    .immediate();
}

/** What a damaged file still tells. Never throws for what cannot be read; the file is not written to. */
export function readSeed(file: string): Seed {
  let database: Database;
  try {
    database = new SqliteDatabase(file, { readonly: true, timeout: 0 });
  } catch {
    return nothing;
  }
  try {
    return gather(database);
  } finally {
    database.close();
  }
}

const nothing: Seed = {
  devices: [],
  metrics: [],
  boots: [],
  settings: new Map(),
  counters: new Map(),
  lastNumber: 0,
  lastAt: 0,
  complete: false,
};

function gather(database: Database): Seed {
  const devices: { key: number; description: DeviceDescription }[] = [];
  const described = all(() =>
    database.prepare<[], { key: number; id: string; description: string }>(
      'SELECT key, id, description FROM device',
    ),
  );
  let complete = described.complete;
  for (const { key, id, description } of described.rows) {
    const device = parsed(description);
    const twice = devices.some((other) => other.key === key || other.description.id === id);
    if (device?.id === id && isWhole(key) && !twice) devices.push({ key, description: device });
    else complete = false;
  }
  const keys = new Set(devices.map(({ key }) => key));
  const metrics = all(() =>
    database.prepare<[], MetricRow>('SELECT alias, device, name, datatype FROM metric'),
  );
  const sound = withoutDoubles(metrics.rows.filter((row) => isMetric(row) && keys.has(row.device)));
  complete &&= metrics.complete && sound.length === metrics.rows.length && devices.length > 0;
  const boots = columns(database, 'boot').has('started_at')
    ? all(() => database.prepare<[], Boot>('SELECT key, id, started_at AS startedAt FROM boot')).rows
    : all(() => database.prepare<[], Boot>('SELECT key, id, NULL AS startedAt FROM boot')).rows;
  const settings = all(() =>
    database.prepare<[], { key: string; value: number }>('SELECT key, value FROM setting'),
  ).rows;
  const counters = all(() =>
    database.prepare<[], { key: string; pulses: number }>('SELECT key, pulses FROM counter'),
  ).rows;
  const named = ({ key }: { readonly key: string }): boolean => typeof key === 'string';
  const sequence = all(() =>
    database.prepare<[], { seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'batch'`),
  );
  const lastAt = all(() =>
    database.prepare<[], { seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'last_at'`),
  );
  const last = all(() =>
    database.prepare<[], { number: number }>('SELECT number FROM batch ORDER BY number DESC LIMIT 1'),
  );
  return {
    devices,
    metrics: sound,
    boots: boots.filter(isBoot),
    settings: new Map(
      settings
        .filter((one) => named(one) && isWhole(one.value))
        .map(({ key, value }) => [key === 'dropped' ? 'dropped_earlier' : key, value]),
    ),
    counters: new Map(
      counters.filter((one) => named(one) && isWhole(one.pulses)).map(({ key, pulses }) => [key, pulses]),
    ),
    lastAt: wholeOr0(lastAt.rows[0]?.seq),
    lastNumber: Math.max(wholeOr0(sequence.rows[0]?.seq), wholeOr0(last.rows[0]?.number)),
    complete,
  };
}

/** A broken page says anything, of any type: what the tables of a fresh file would refuse is left out here. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function wholeOr0(value: unknown): number {
  return isWhole(value) ? value : 0;
}

function isMetric({ alias, name, datatype }: MetricRow): boolean {
  return isWhole(alias) && alias > 0 && typeof name === 'string' && typeof datatype === 'string';
}

function isBoot({ key, id, startedAt }: Boot, index: number, boots: readonly Boot[]): boolean {
  const first = boots.findIndex((other) => other.key === key || other.id === id) === index;
  return first && isWhole(key) && typeof id === 'string' && (startedAt === null || isWhole(startedAt));
}

/** A broken page may say the same alias, or the same metric, twice: neither can be believed then. */
function withoutDoubles(metrics: readonly MetricRow[]): MetricRow[] {
  const count = new Map<string, number>();
  const keysOf = ({ alias, device, name }: MetricRow): string[] => [`${alias}`, `${device}/${name}`];
  for (const key of metrics.flatMap(keysOf)) count.set(key, (count.get(key) ?? 0) + 1);
  return metrics.filter((metric) => keysOf(metric).every((key) => count.get(key) === 1));
}

/** Rows up to the first that cannot be read. */
function all<R>(prepare: () => Statement<[], R>): { rows: R[]; complete: boolean } {
  const rows: R[] = [];
  try {
    for (const row of prepare().iterate()) rows.push(row);
    return { rows, complete: true };
  } catch {
    return { rows, complete: false };
  }
}

function columns(database: Database, table: string): Set<string> {
  return new Set(
    all(() =>
      database.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`),
    ).rows.map(({ name }) => name),
  );
}

function parsed(description: string): DeviceDescription | undefined {
  try {
    const device = JSON.parse(description) as Partial<DeviceDescription> | null;
    return typeof device?.id === 'string' && Array.isArray(device.metrics)
      ? (device as DeviceDescription)
      : undefined;
  } catch {
    return undefined;
  }
}
