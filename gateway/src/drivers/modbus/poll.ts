import {
  decodeRead,
  planReads,
  splitRead,
  type ModbusProfile,
  type ReadRequest,
} from '@city-testbed/device-profiles';
import type { DeviceMetric } from '../../model/device.ts';
import type { BadReason } from '../../model/reading.ts';
import type { Poll, Sample, Sampled } from '../driver.ts';
import type { Client, Reply, Send } from './connection.ts';

export type Request = (send: Send) => Promise<Reply>;

/** Reads metrics of one unit in as few requests as its profile allows, and learns which ranges it refuses. */
export class ModbusPoll implements Poll {
  readonly #unit: number;
  readonly #request: Request;
  readonly #indexes: ReadonlyMap<string, number>;
  #plan: readonly ReadRequest[];

  constructor(profile: ModbusProfile, unit: number, metrics: readonly DeviceMetric[], request: Request) {
    this.#unit = unit;
    this.#request = request;
    this.#indexes = new Map(metrics.map(({ name }, index) => [name, index]));
    this.#plan = planReads(
      profile,
      profile.metrics.filter(({ name }) => this.#indexes.has(name)),
    );
  }

  async read(): Promise<Sample> {
    const values: Sampled[] = [];
    let responded = false;
    const queue = [...this.#plan];
    for (let request = queue.shift(); request; request = queue.shift()) {
      const { reply, halves } = await this.#ask(request);
      if (halves) {
        queue.unshift(...halves);
        responded = true;
        continue;
      }
      if (reply.ok) {
        responded = true;
        this.#decode(request, reply.words, values);
        continue;
      }
      this.#fail(request, reply.reason, values);
      if (!isSilent(reply.reason)) {
        responded = true;
        continue;
      }
      // One time-out a poll is the most that a dead device may cost the others.
      for (const rest of queue.splice(0)) this.#fail(rest, reply.reason, values);
    }
    return { responded, values };
  }

  async #ask(request: ReadRequest): Promise<{ reply: Reply; halves?: readonly ReadRequest[] }> {
    const reply = await this.#request(sender(this.#unit, request));
    if (reply.ok || (reply.reason !== 'exception_2' && reply.reason !== 'exception_3')) return { reply };
    const halves = splitRead(request);
    if (!halves) return { reply };
    this.#plan = this.#plan.flatMap((planned) => (planned === request ? halves : [planned]));
    return { reply, halves };
  }

  #decode(request: ReadRequest, words: ArrayLike<number | boolean>, values: Sampled[]): void {
    for (const { metric, result } of decodeRead(request, words)) {
      const index = this.#indexes.get(metric);
      if (index === undefined) continue;
      values.push(result.ok ? { index, value: result.value } : { index, reason: result.reason });
    }
  }

  #fail(request: ReadRequest, reason: BadReason, values: Sampled[]): void {
    for (const { name } of request.metrics) {
      const index = this.#indexes.get(name);
      if (index !== undefined) values.push({ index, reason });
    }
  }
}

/** Nobody there: no answer, or a TCP gateway that says so for its bus (exceptions 0x0A and 0x0B). */
function isSilent(reason: BadReason): boolean {
  return reason === 'no_response' || reason === 'exception_10' || reason === 'exception_11';
}

/** The request in modbus-serial's words. */
export function sender(unit: number, { functionCode, address, quantity }: ReadRequest): Send {
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
