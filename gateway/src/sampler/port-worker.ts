import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { Driver, Sample, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { Aliases, ConfiguredDevice } from '../model/device.ts';
import type { Port } from '../model/port.ts';
import type { Batch } from '../model/reading.ts';
import { CommandQueue, isExpired, type Waiting } from './command-queue.ts';
import { DeviceCommands } from './device-commands.ts';
import { DeviceIntake } from './device-intake.ts';
import { pollGroups, type PollGroup } from './poll-groups.ts';
import { Schedule } from './schedule.ts';
import type { DeviceStatus, PortStatus } from './sampler.ts';
import type { TimeStamps } from './time-stamps.ts';

export interface PortWorkerOptions {
  readonly port: Port;
  readonly driver: Driver;
  /** Those on this port. */
  readonly devices: readonly ConfiguredDevice[];
  readonly aliases: (device: ConfiguredDevice) => Aliases;
  readonly times: TimeStamps;
  /** Takes each poll; it must not wait. */
  readonly take: (batch: Batch) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const FIRST_REOPEN_MS = 1000;
/** A request without a time-out of its own on the port: no profile waits longer. */
const LONGEST_TIMEOUT_MS = 5000;
/** What a turn may take beyond the requests in it: opening, and a machine that is busy. */
const TURN_GRACE_MS = 60_000;
/** Timers in Node have whole milliseconds and may fire early; the loop then looks again. */
const SHORTEST_SLEEP_MS = 1;

/**
 * A reading is named by its millisecond, so a device that is polled "as fast as possible" gives one poll a millisecond
 * on average; it may run so far ahead before it has to wait.
 */
const MAX_AHEAD_MS = 5;

/** The one worker of a port: opens it, keeps the pace, and never has more than one request under way. */
export class PortWorker {
  readonly #options: PortWorkerOptions;
  readonly #queue = new CommandQueue();
  readonly #groups: readonly PollGroup[];
  readonly #intakes = new Map<string, DeviceIntake>();
  readonly #commands = new Map<string, DeviceCommands>();
  readonly #schedule: Schedule;
  #fault: string | undefined;
  #reopenTries = 0;
  #opened = 0;
  #reopenAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(options: PortWorkerOptions) {
    this.#options = options;
    const { devices, driver, port, clock, aliases } = options;
    this.#groups = devices.flatMap((device) => {
      const link = driver.link(device);
      const intake = new DeviceIntake({ ...options, device, aliases: aliases(device) });
      this.#intakes.set(device.id, intake);
      this.#commands.set(device.id, new DeviceCommands({ ...options, device, link, intake }));
      return pollGroups(device, link);
    });
    driver.onChange?.((change) => {
      if (change === 'lost') this.#delayReopening();
      else {
        this.#reopenTries = 0;
        this.#reopenAt = Number.NEGATIVE_INFINITY;
      }
      this.#queue.wake();
    });
    this.#schedule = new Schedule({
      slots: this.#groups,
      start: clock.monotonic(),
      retryMaxMs: port.retryMaxMs,
    });
  }

  /**
   * Runs until the signal aborts; a poll that is under way is finished and kept, then the port is closed. Resolves with
   * the commands that were still waiting.
   */
  async run(signal: AbortSignal): Promise<readonly Waiting[]> {
    const { driver } = this.#options;
    const woken = (): void => this.#queue.wake();
    signal.addEventListener('abort', woken);
    try {
      while (!signal.aborted) await this.#turn();
      await this.#pollLast();
    } finally {
      signal.removeEventListener('abort', woken);
      for (const intake of this.#intakes.values()) intake.flush();
      await driver.close();
    }
    return this.#queue.close();
  }

  /** Takes no more commands. Gives back those that wait: a worker that failed will not get to them. */
  abandon(why: string): readonly Waiting[] {
    this.#fault = why;
    this.#dueAt = Number.NEGATIVE_INFINITY;
    return this.#queue.close();
  }

  write(request: WriteRequest): Promise<WriteOutcome> {
    return this.#queue.add(request);
  }

  /** Monotonic ms by which it begins another turn, unless it hangs. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** What a driver has counted since the last polls is kept too. */
  async #pollLast(): Promise<void> {
    const { driver, clock } = this.#options;
    for (const { device, metrics, poll } of this.#groups) {
      const sample = driver.isOpen ? await poll.last?.() : undefined;
      if (sample) this.#intakes.get(device)?.take(metrics, sample, clock.monotonic());
    }
  }

  status(): { port: PortStatus; devices: DeviceStatus[] } {
    const { port, driver } = this.#options;
    const fault = this.#fault ?? driver.fault;
    return {
      port: {
        id: port.id,
        kind: port.kind,
        open: driver.isOpen,
        ...(fault === undefined ? {} : { fault }),
        counters: { ...driver.counters },
        reopened: Math.max(0, this.#opened - 1),
      },
      devices: [...this.#intakes].map(([id, intake]) => this.#deviceStatus(id, intake)),
    };
  }

  #deviceStatus(id: string, { record }: DeviceIntake): DeviceStatus {
    const { polls, badValues, badReasons, lastAnswerAt } = record;
    const silent = record.silent || this.#schedule.isSilent(id) || !this.#options.driver.isOpen;
    const missed = this.#schedule.missed(id);
    return {
      id,
      port: this.#options.port.id,
      state: polls === 0 ? 'unknown' : silent ? 'silent' : 'answering',
      ...(lastAnswerAt === undefined ? {} : { lastAnswerAt }),
      polls,
      missedSlots: missed.late + missed.silent + missed.closed,
      missed,
      badValues,
      badReasons: Object.fromEntries(badReasons),
    };
  }

  /** One command, or one poll, or a sleep until there is something to do. */
  async #turn(): Promise<void> {
    const { driver, clock } = this.#options;
    const now = clock.monotonic();
    this.#dueAt = now + this.#longestTurnMs();
    const command = this.#queue.take(now);
    if (command) {
      await this.#carryOut(command.request).then(command.resolve, command.reject);
      return;
    }
    if (!driver.isOpen && !(await this.#open(now))) {
      await this.#sleep(this.#reopenAt - clock.monotonic());
      return;
    }
    const turn = this.#schedule.next(now);
    if ('slot' in turn) await this.#poll(turn.slot);
    else await this.#sleep(turn.waitUntil - now);
  }

  async #sleep(ms: number): Promise<void> {
    const { clock } = this.#options;
    this.#dueAt = clock.monotonic() + Math.max(0, ms) + TURN_GRACE_MS;
    await this.#queue.waitOr(clock, Math.max(SHORTEST_SLEEP_MS, ms));
  }

  /** A turn asks for each metric of a device on its own at worst, and repeats what was lost. */
  #longestTurnMs(): number {
    const { timeoutMs = LONGEST_TIMEOUT_MS } = this.#options.port;
    const metrics = this.#groups.map((group) => group.metrics.length);
    return TURN_GRACE_MS + 3 * Math.max(1, ...metrics) * timeoutMs;
  }

  async #open(now: number): Promise<boolean> {
    if (now < this.#reopenAt) return false;
    const { driver, port, clock, log } = this.#options;
    try {
      await driver.open();
      this.#opened += 1;
      if (this.#fault !== undefined) {
        log.info({ port: port.id }, 'port is open again');
        this.#schedule.reopened(clock.monotonic());
      }
      this.#fault = undefined;
      return true;
    } catch (error) {
      const first = this.#fault === undefined;
      this.#fault = messageOf(error);
      this.#delayReopening();
      if (first)
        log.warn({ port: port.id, ...(isCoded(error) ? error.toJSON() : { err: error }) }, this.#fault);
      const failedAt = clock.monotonic();
      for (const slot of this.#schedule.skipDue(failedAt)) {
        const group = this.#group(slot);
        this.#intakes.get(group.device)?.take(group.metrics, silence(group), failedAt);
      }
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
    if (sample) this.#intakes.get(group.device)?.take(group.metrics, sample, sample.observedAt ?? began);
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
      this.#opened += 1;
      return poll.read();
    }
  }

  async #carryOut(request: WriteRequest): Promise<WriteOutcome> {
    const { driver, clock } = this.#options;
    if (!driver.isOpen && !(await this.#open(clock.monotonic()))) {
      throw gatewayError('GATEWAY_PORT_OPEN', this.#fault ?? 'it is not open');
    }
    // Opening may have taken a while.
    if (isExpired(request, clock.monotonic())) return { ok: false, reason: 'expired' };
    const commands = this.#commands.get(request.device);
    if (!commands) throw gatewayError('GATEWAY_COMMAND_REFUSED', `no device ${request.device}`);
    return commands.carryOut(request);
  }

  #group(slot: number): PollGroup {
    const group = this.#groups[slot];
    if (!group) throw new RangeError(`slot ${String(slot)}`);
    return group;
  }
}

function silence({ metrics }: PollGroup): Sample {
  return { responded: false, values: metrics.map((_, index) => ({ index, reason: 'no_response' as const })) };
}
