import type { Metric } from '@city-testbed/sparkplug';
import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import { checkWrite, deadlineOf, type Refusal } from './command-check.ts';
import { RateLimit } from './rate-limit.ts';

/** What became of a command: the JSON of `Command/Result`. */
export interface CommandResult {
  /** As the host named it; null where it did not. */
  readonly id: string | null;
  readonly metric: string;
  readonly ok: boolean;
  /** A word; absent where it was carried out. */
  readonly reason?: string;
  /** What the device holds afterwards, as it was read back. */
  readonly value?: number | boolean | string;
  /** Wall time of the result, ms. */
  readonly at: number;
}

export interface CommandsOptions {
  /** Those of the configuration as it is now. */
  readonly devices: () => readonly ConfiguredDevice[];
  readonly write: (request: WriteRequest) => Promise<WriteOutcome>;
  /** Whether the wall clock is to be trusted. Default: never. */
  readonly clockSynced?: () => boolean;
  /** Commands a second and device, on average. */
  readonly perSecond?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

type Tell = (result: CommandResult) => void;

const PER_SECOND = 5;
/** A command that comes again within this time is answered from memory. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 1000;
const LONGEST_ID = 128;

/**
 * DCMD writes: checked against the profile, carried out by the driver one after the other, answered each. A device has
 * one command under way at a time.
 */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #busy = new Set<string>();
  readonly #limits = new Map<string, RateLimit>();
  /** By device, metric and id, oldest first; undefined while it is under way. */
  readonly #known = new Map<string, { readonly at: number; readonly result: CommandResult | undefined }>();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Each metric of a DCMD is a command. `publishedAt`: time of the message, ms, by the clock of who sent it. */
  async carryOut(
    device: string,
    metrics: readonly Metric[],
    publishedAt: number | undefined,
    tell: Tell,
  ): Promise<void> {
    for (const metric of metrics) await this.#one(device, metric, metric.timestamp ?? publishedAt, tell);
  }

  async #one(device: string, metric: Metric, publishedAt: number | undefined, tell: Tell): Promise<void> {
    const { clock } = this.#options;
    const id = idOf(metric);
    const name = metric.name ?? '';
    const key = id === null ? undefined : JSON.stringify([device, name, id]);
    if (key !== undefined) {
      this.#forgetOld();
      const known = this.#known.get(key);
      if (known) {
        // While it is under way its answer is still to come.
        if (known.result) tell(known.result);
        return;
      }
      this.#known.set(key, { at: clock.monotonic(), result: undefined });
    }
    const outcome = await this.#outcome(device, metric, publishedAt);
    const result: CommandResult = { id, metric: name, ...outcome, at: clock.now() };
    if (key !== undefined) this.#known.set(key, { at: clock.monotonic(), result });
    tell(result);
  }

  async #outcome(
    device: string,
    metric: Metric,
    publishedAt: number | undefined,
  ): Promise<Pick<CommandResult, 'ok' | 'reason' | 'value'>> {
    const { devices, clock, clockSynced = () => false, write, log } = this.#options;
    const fields = { device, metric: metric.name, id: idOf(metric) };
    const checked = checkWrite(devices(), device, metric);
    if ('reason' in checked) return this.#refuse(fields, checked);
    const expiry = deadlineOf(expiryOf(metric), publishedAt, clock, clockSynced());
    if ('reason' in expiry) return this.#refuse(fields, expiry);
    if (this.#busy.has(device)) {
      return this.#refuse(fields, { reason: 'busy', detail: `${device} has a command under way` });
    }
    if (!this.#withinRate(device)) {
      return this.#refuse(fields, { reason: 'too_many', detail: `too many commands for ${device}` });
    }
    const { deadline } = expiry;
    this.#busy.add(device);
    try {
      const outcome = await write({ ...checked.request, ...(deadline === undefined ? {} : { deadline }) });
      const value = outcome.value === undefined ? {} : { value: plain(outcome.value) };
      if (outcome.ok) {
        log.info({ ...fields, value: String(checked.request.value) }, 'command carried out');
        return { ok: true, ...value };
      }
      log.warn({ ...fields, code: 'GATEWAY_COMMAND_FAILED', reason: outcome.reason }, 'command failed');
      return { ok: false, reason: outcome.reason, ...value };
    } catch (error) {
      const why = isCoded(error) ? error.toJSON() : { err: error };
      log.warn({ ...why, ...fields, code: 'GATEWAY_COMMAND_FAILED' }, `command failed: ${messageOf(error)}`);
      return {
        ok: false,
        reason: isCoded(error) && error.code.startsWith('GATEWAY_PORT_') ? 'port_down' : 'failed',
      };
    } finally {
      this.#busy.delete(device);
    }
  }

  #refuse(fields: object, { reason, detail }: Refusal): { ok: false; reason: string } {
    const error = gatewayError('GATEWAY_COMMAND_REFUSED', detail, { context: { ...fields } });
    this.#options.log.warn({ ...error.toJSON(), ...fields }, error.message);
    return { ok: false, reason };
  }

  #withinRate(device: string): boolean {
    const { clock, perSecond = PER_SECOND } = this.#options;
    const limit = this.#limits.get(device) ?? new RateLimit(perSecond);
    this.#limits.set(device, limit);
    if (limit.room(clock.monotonic()) < 1) return false;
    limit.take(1);
    return true;
  }

  #forgetOld(): void {
    const before = this.#options.clock.monotonic() - REMEMBERED_MS;
    for (const [key, { at }] of this.#known) {
      if (at > before && this.#known.size < MOST_REMEMBERED) break;
      this.#known.delete(key);
    }
  }
}

function idOf({ properties }: Metric): string | null {
  const id = properties?.['commandId']?.value;
  return typeof id === 'string' && id !== '' ? id.slice(0, LONGEST_ID) : null;
}

function expiryOf({ properties }: Metric): number | undefined {
  const at = properties?.['expiresAt']?.value;
  if (typeof at !== 'number' && typeof at !== 'bigint') return undefined;
  // One that is no possible date has expired.
  return Math.abs(Number(at)) <= 8.64e15 ? Number(at) : 0;
}

function plain(value: NonNullable<WriteOutcome['value']>): number | boolean | string {
  return typeof value === 'bigint' ? String(value) : value;
}
