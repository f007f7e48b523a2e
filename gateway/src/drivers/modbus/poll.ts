import type { ModbusProfile, ReadRequest } from '@city-testbed/device-profiles';
import { decodeRead } from '@city-testbed/device-profiles/decode';
import type { Clock } from '@city-testbed/runtime';
import type { DeviceMetric } from '../../model/device.ts';
import type { BadReason } from '../../model/reading.ts';
import type { Poll, Sample, Sampled } from '../driver.ts';
import type { Client, Reply, Send } from './connection.ts';
import { ReadPlan } from './read-plan.ts';

export type Request = (send: Send) => Promise<Reply>;

/** A unit on a bus, as its polls see it. */
export interface Station {
  readonly unit: number;
  readonly request: Request;
  readonly clock: Clock;
  /** How many requests of one poll may be repeated. */
  readonly retries: number;
  /** It answered its previous poll; only then is it worth a second try. Kept by its polls. */
  answered: boolean;
}

/** Reads metrics of one unit in as few requests as its profile allows, and learns which ranges it refuses. */
export class ModbusPoll implements Poll {
  readonly #station: Station;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #plan: ReadPlan;

  constructor(profile: ModbusProfile, metrics: readonly DeviceMetric[], station: Station) {
    this.#station = station;
    this.#indexes = new Map(metrics.map(({ name }, index) => [name, index]));
    this.#plan = new ReadPlan(
      profile,
      profile.metrics.filter(({ name }) => this.#indexes.has(name)),
    );
  }

  async read(): Promise<Sample> {
    const { clock } = this.#station;
    const values: Sampled[] = [];
    let responded = false;
    /** Values are as old as the request that was answered, not as the first one that was not. */
    let repeatedAt: number | undefined;
    let silent = false;
    let retries = this.#station.answered ? this.#station.retries : 0;
    const queue = [...this.#plan.begin(clock.monotonic())];
    for (let read = queue.shift(); read; read = queue.shift()) {
      const reply = await this.#station.request(sender(this.#station.unit, read));
      if (reply.ok) {
        responded = true;
        this.#plan.answer(read);
        this.#decode(read, reply.words, values);
        continue;
      }
      const { reason } = reply;
      if ((reason === 'no_response' || reason === 'checksum') && retries > 0) {
        retries -= 1;
        if (!responded) repeatedAt = clock.monotonic();
        queue.unshift(read);
        continue;
      }
      const refused = reason === 'exception_2' || reason === 'exception_3';
      const halves = refused ? this.#plan.refuse(read, clock.monotonic()) : undefined;
      if (halves) queue.unshift(...halves);
      else this.#fail(read, reason, values);
      if (!isSilent(reason)) {
        responded = true;
        continue;
      }
      // One time-out a poll is the most that a dead device may cost the others.
      silent = true;
      for (const rest of queue.splice(0)) this.#fail(rest, reason, values);
    }
    if (!silent) this.#plan.end();
    this.#station.answered = responded;
    return { responded, values, ...(repeatedAt === undefined ? {} : { observedAt: repeatedAt }) };
  }

  #decode(read: ReadRequest, words: ArrayLike<number | boolean>, values: Sampled[]): void {
    for (const { metric, result } of decodeRead(read, words)) {
      const index = this.#indexes.get(metric);
      if (index === undefined) continue;
      values.push(result.ok ? { index, value: result.value } : { index, reason: result.reason });
    }
  }

  #fail(read: ReadRequest, reason: BadReason, values: Sampled[]): void {
    for (const { name } of read.metrics) {
      const index = this.#indexes.get(name);
      if (index !== undefined) values.push({ index, reason });
    }
  }
}

/**
 * Nobody there, or nobody who can be understood: no answer, a broken one (a wrong baud rate costs its time-out each
 * time), or a TCP gateway that says so for its bus (exceptions 0x0A and 0x0B).
 */
export function isSilent(reason: BadReason): boolean {
  return (
    reason === 'no_response' ||
    reason === 'checksum' ||
    reason === 'exception_10' ||
    reason === 'exception_11'
  );
}

/** The request in modbus-serial's words. */
export function sender(
  unit: number,
  { functionCode, address, quantity }: Pick<ReadRequest, 'functionCode' | 'address' | 'quantity'>,
): Send {
  return (client: Client, done) => {
    switch (functionCode) {
      case 1:
        client.writeFC1(unit, address, quantity, done);
        return;
      case 2:
        client.writeFC2(unit, address, quantity, done);
        return;
      case 3:
        client.writeFC3(unit, address, quantity, done);
        return;
      case 4:
        client.writeFC4(unit, address, quantity, done);
    }
  };
}
