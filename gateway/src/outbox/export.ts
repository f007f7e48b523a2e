import type { Reading } from '../model/reading.ts';
import type { ExportRequest } from './outbox.ts';
import { decodeReadings } from './row.ts';
import type { Row } from './rows.ts';
import type { Seed } from './seed.ts';

/** One reading as it is exported. */
export interface ExportLine {
  readonly device: string;
  readonly metric: string;
  /** Wall time, ms. */
  readonly at: number;
  readonly value: Reading['value'];
  readonly unit: string;
  readonly quality: 'good' | 'bad' | 'stale';
  readonly reason: string;
  readonly batch: number;
  /** Whether the clock was right; where not, `at` is the earliest time that it can have been. */
  readonly synced: boolean;
}

/** Rows made into lines. `last`: number of the last row looked at; undefined at the end. */
export interface ExportPage {
  readonly lines: readonly ExportLine[];
  readonly last: number | undefined;
}

const columns = 'device,metric,observedAt,value,unit,quality,reason,batch,synced';
const ROWS_A_PAGE = 250;

/** Says what the rows of an outbox mean. */
export class RowReader {
  readonly #metrics = new Map<number, { readonly name: string; readonly unit: string }>();
  readonly #devices = new Map<number, string>();
  readonly #started = new Map<number, number>();

  constructor({ devices, metrics, boots }: Pick<Seed, 'devices' | 'metrics' | 'boots'>) {
    const units = new Map<string, string>();
    for (const { key, description } of devices) {
      this.#devices.set(key, description.id);
      for (const { name, unit } of description.metrics) units.set(`${String(key)}/${name}`, unit ?? '');
    }
    for (const { alias, device, name } of metrics) {
      this.#metrics.set(alias, { name, unit: units.get(`${String(device)}/${name}`) ?? '' });
    }
    for (const { key, startedAt } of boots) if (startedAt !== null) this.#started.set(key, startedAt);
  }

  /**
   * The readings of a row; what the file does not name any more is called by its number. Throws GATEWAY_OUTBOX_ROW for a
   * row that makes no sense.
   */
  lines(row: Row): ExportLine[] {
    const started = this.#started.get(row.boot);
    const synced = row.synced === 1 || started !== undefined;
    const at = row.synced === 1 || started === undefined ? row.at : started + row.uptime;
    const device = this.#devices.get(row.device) ?? `device-${String(row.device)}`;
    return decodeReadings(row.readings).map(({ alias, value, reason }) => ({
      device,
      metric: this.#metrics.get(alias)?.name ?? `alias-${String(alias)}`,
      at,
      value,
      unit: this.#metrics.get(alias)?.unit ?? '',
      quality: reason === undefined ? 'good' : qualityOf(reason),
      reason: reason ?? '',
      batch: row.number,
      synced,
    }));
  }
}

function qualityOf(reason: string): ExportLine['quality'] {
  return reason === 'stale' || reason === 'clock_unsynced' ? 'stale' : 'bad';
}

/** Lines of rows that a running outbox gave; hidden rows and those that make no sense are left out. */
export function readLines(
  seed: Pick<Seed, 'devices' | 'metrics' | 'boots'>,
  rows: readonly Row[],
  isHidden: (number: number) => boolean,
): ExportPage {
  const reader = new RowReader(seed);
  const lines = rows.flatMap((row) => {
    if (isHidden(row.number)) return [];
    try {
      return reader.lines(row);
    } catch {
      // The drain meets it too, and tells of it.
      return [];
    }
  });
  return { lines, last: rows.at(-1)?.number };
}

/** Everything that `page` gives, as text: pieces of some kilobytes, and others may work between two of them. */
export async function* exportOutbox(
  page: (after: number, limit: number) => ExportPage,
  request: ExportRequest,
): AsyncGenerator<string> {
  yield head(request.format);
  let after = 0;
  for (;;) {
    const { lines, last } = page(after, ROWS_A_PAGE);
    if (last === undefined) return;
    after = last;
    const text = lines.filter((line) => isWanted(line, request)).map(formatOf(request.format));
    if (text.length > 0) yield text.join('');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function isWanted(
  { device, at }: ExportLine,
  { since, until, device: wanted }: ExportRequest,
): boolean {
  return (
    (wanted === undefined || device === wanted) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until)
  );
}

/** What stands above the first line. */
export function head(format: ExportRequest['format']): string {
  return format === 'csv' ? `${columns}\r\n` : '';
}

export function formatOf(format: ExportRequest['format']): (line: ExportLine) => string {
  return format === 'csv' ? csvLine : jsonLine;
}

/** RFC 4180: CRLF, and quotes where a field needs them. */
function csvLine({ device, metric, at, value, unit, quality, reason, batch, synced }: ExportLine): string {
  const fields = [
    device,
    metric,
    isoTime(at),
    value === null ? '' : String(value),
    unit,
    quality,
    reason,
    String(batch),
    String(synced),
  ];
  return `${fields.map(quoted).join(',')}\r\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** 64-bit integers and what is no finite number are text, as JSON numbers cannot hold them. */
function jsonLine({ device, metric, at, value, unit, quality, reason, batch, synced }: ExportLine): string {
  const isPlain = typeof value !== 'bigint' && (typeof value !== 'number' || Number.isFinite(value));
  const line = {
    device,
    metric,
    observedAt: isoTime(at),
    value: isPlain ? value : String(value),
    unit,
    quality,
    ...(reason === '' ? {} : { reason }),
    batch,
    synced,
  };
  return `${JSON.stringify(line)}\n`;
}

/** A time that no calendar has comes from a damaged row: it is told as the number that it is. */
function isoTime(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
