import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { Driver, Sample, Sampled, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { Port } from '../model/port.ts';
import type { Batch, Reading } from '../model/reading.ts';
import { CommandQueue, type Waiting } from './command-queue.ts';
import type { PollGroup } from './poll-groups.ts';
import { Schedule } from './schedule.ts';
import type { DeviceStatus, PortStatus } from './sampler.ts';
import type { TimeStamps } from './time-stamps.ts';

export interface PortWorkerOptions {
  readonly port: Port;
  readonly driver: Driver;
  readonly groups: readonly PollGroup[];
  readonly write: (request: WriteRequest) => Promise<WriteOutcome>;
  readonly times: TimeStamps;
  /** Takes each poll; it must not wait. */
  readonly take: (batch: Batch) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const FIRST_REOPEN_MS = 1000;
/** Timers in Node have whole milliseconds and may fire early; the loop then looks again. */
const SHORTEST_SLEEP_MS = 1;

/**
 * A reading is named by its millisecond, so a device that is polled "as fast as possible" gives one poll a millisecond
 * on average; it may run so far ahead before it has to wait.
 */
const MAX_AHEAD_MS = 5;

interface PollRecord {
  polls: number;
  badValues: number;
  lastAnswerAt: number | undefined;
  /** The last poll brought nothing that the device said, also where no request can go unanswered (it streams). */
  silent: boolean;
}

/** The one worker of a port: opens it, keeps the pace, and never has more than one request under way. */
export class PortWorker {
  readonly #options: PortWorkerOptions;
  readonly #commands = new CommandQueue();
  readonly #schedule: Schedule;
  readonly #records = new Map<string, PollRecord>();
  #fault: string | undefined;
  #reopenTries = 0;
  #reopenAt = Number.NEGATIVE_INFINITY;

  constructor(options: PortWorkerOptions) {
    this.#options = options;
    const { groups, port, clock } = options;
    options.driver.onChange?.((change) => {
      if (change === 'lost') this.#delayReopening();
      else {
        this.#reopenTries = 0;
        this.#reopenAt = Number.NEGATIVE_INFINITY;
      }
      this.#commands.wake();
    });
    this.#schedule = new Schedule({ slots: groups, start: clock.monotonic(), retryMaxMs: port.retryMaxMs });
    for (const { device } of groups) {
      this.#records.set(device, { polls: 0, badValues: 0, lastAnswerAt: undefined, silent: false });
    }
  }

  /**
   * Runs until the signal aborts; a poll that is under way is finished and kept, then the port is closed. Resolves with
   * the commands that were still waiting.
   */
  async run(signal: AbortSignal): Promise<readonly Waiting[]> {
    const { driver } = this.#options;
    const woken = (): void => this.#commands.wake();
    signal.addEventListener('abort', woken);
    try {
      while (!signal.aborted) await this.#turn();
      await this.#pollLast();
    } finally {
      signal.removeEventListener('abort', woken);
      await driver.close();
    }
    return this.#commands.close();
  }

  /** Takes no more commands. Gives back those that wait: a worker that failed will not get to them. */
  abandon(): readonly Waiting[] {
    return this.#commands.close();
  }

  write(request: WriteRequest): Promise<WriteOutcome> {
    return this.#commands.add(request);
  }

  /** What a driver has counted since the last polls is kept too. */
  async #pollLast(): Promise<void> {
    for (const [slot, { poll }] of this.#options.groups.entries()) {
      const sample = this.#options.driver.isOpen ? await poll.last?.() : undefined;
      if (sample) this.#keep(slot, this.#options.clock.monotonic(), sample);
    }
  }

  status(): { port: PortStatus; devices: DeviceStatus[] } {
    const { port, driver, groups } = this.#options;
    const fault = this.#fault ?? driver.fault;
    const devices = [...this.#records].map(
      ([id, { polls, badValues, lastAnswerAt, silent }]): DeviceStatus => ({
        id,
        port: port.id,
        state:
          polls === 0
            ? 'unknown'
            : silent || this.#schedule.isSilent(id) || !driver.isOpen
              ? 'silent'
              : 'answering',
        ...(lastAnswerAt === undefined ? {} : { lastAnswerAt }),
        polls,
        missedSlots: groups.reduce(
          (sum, group, slot) => (group.device === id ? sum + this.#schedule.missed(slot) : sum),
          0,
        ),
        badValues,
      }),
    );
    return {
      port: {
        id: port.id,
        kind: port.kind,
        open: driver.isOpen,
        ...(fault === undefined ? {} : { fault }),
        counters: { ...driver.counters },
      },
      devices,
    };
  }

  /** One command, or one poll, or a sleep until there is something to do. */
  async #turn(): Promise<void> {
    const { driver, clock } = this.#options;
    const command = this.#commands.take();
    if (command) {
      await this.#carryOut(command.request).then(command.resolve, command.reject);
      return;
    }
    const now = clock.monotonic();
    if (!driver.isOpen && !(await this.#open(now))) {
      await this.#commands.waitOr(clock, Math.max(SHORTEST_SLEEP_MS, this.#reopenAt - clock.monotonic()));
      return;
    }
    const turn = this.#schedule.next(now);
    if ('slot' in turn) await this.#poll(turn.slot);
    else await this.#commands.waitOr(clock, Math.max(SHORTEST_SLEEP_MS, turn.waitUntil - now));
  }

  async #open(now: number): Promise<boolean> {
    if (now < this.#reopenAt) return false;
    const { driver, port, clock, log } = this.#options;
    try {
      await driver.open();
      if (this.#fault !== undefined) log.info({ port: port.id }, 'port is open again');
      this.#fault = undefined;
      return true;
    } catch (error) {
      const first = this.#fault === undefined;
      this.#fault = messageOf(error);
      this.#delayReopening();
      if (first)
        log.warn({ port: port.id, ...(isCoded(error) ? error.toJSON() : { err: error }) }, this.#fault);
      const failedAt = clock.monotonic();
      for (const slot of this.#schedule.skipDue(failedAt))
        this.#keep(slot, failedAt, silence(this.#group(slot)));
      return false;
    }
  }

  #delayReopening(): void {
    const { port, clock } = this.#options;
    const pause = Math.min(port.retryMaxMs, FIRST_REOPEN_MS * 2 ** Math.min(this.#reopenTries, 20));
    this.#reopenTries += 1;
    this.#reopenAt = clock.monotonic() + pause;
  }

  async #poll(slot: number): Promise<void> {
    const { clock, port, log, times } = this.#options;
    const group = this.#group(slot);
    const began = clock.monotonic();
    let sample: Sample | undefined;
    try {
      sample = await this.#read(group);
      if (sample?.responded !== false) this.#reopenTries = 0;
    } catch (error) {
      log.warn(
        { port: port.id, device: group.device, ...(isCoded(error) ? error.toJSON() : { err: error }) },
        messageOf(error),
      );
      this.#fault = messageOf(error);
      this.#delayReopening();
      sample = silence(group);
    }
    if (sample) this.#keep(slot, sample.observedAt ?? began, sample);
    const ended = clock.monotonic();
    const ahead = times.ahead(group.device);
    const notBefore = ended + (ahead > MAX_AHEAD_MS ? ahead : 0);
    this.#schedule.done(slot, began, ended, sample?.responded ?? true, notBefore);
  }

  /** A peer may close an idle connection whenever it likes: that costs a second try, not a reading. */
  async #read({ poll }: PollGroup): Promise<Sample | undefined> {
    try {
      return await poll.read();
    } catch (error) {
      if (!isCoded(error, 'GATEWAY_PORT_LOST')) throw error;
      await this.#options.driver.open();
      return poll.read();
    }
  }

  #keep(slot: number, observedAt: number, sample: Sample): void {
    const { device, aliases } = this.#group(slot);
    const stamp = this.#options.times.stamp(device, observedAt);
    const readings: Reading[] = [];
    let bad = 0;
    for (const value of sample.values) {
      const alias = aliases[value.index];
      if (alias === undefined) continue;
      if ('value' in value) readings.push({ alias, value: value.value });
      else {
        bad += 1;
        readings.push({ alias, value: null, reason: value.reason });
      }
    }
    const record = this.#records.get(device);
    if (record) {
      record.polls += 1;
      record.badValues += bad;
      record.silent = !sample.responded || sample.values.every(isUnheard);
      if (!record.silent) record.lastAnswerAt = stamp.at;
    }
    if (readings.length === 0) return;
    const { counters } = sample;
    this.#options.take({ device, ...stamp, readings, ...(counters ? { counters } : {}) });
  }

  async #carryOut(request: WriteRequest): Promise<WriteOutcome> {
    const { driver, write, clock } = this.#options;
    if (!driver.isOpen && !(await this.#open(clock.monotonic()))) {
      throw gatewayError('GATEWAY_PORT_OPEN', this.#fault ?? 'it is not open');
    }
    return write(request);
  }

  #group(slot: number): PollGroup {
    const group = this.#options.groups[slot];
    if (!group) throw new RangeError(`slot ${String(slot)}`);
    return group;
  }
}

function silence({ aliases }: PollGroup): Sample {
  return { responded: false, values: aliases.map((_, index) => ({ index, reason: 'no_response' as const })) };
}

/** Neither a value nor a fault that the device reported: nothing came, or nothing that could be read. */
function isUnheard(value: Sampled): boolean {
  return 'reason' in value && (value.reason === 'no_response' || value.reason === 'checksum');
}
