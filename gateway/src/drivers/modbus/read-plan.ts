import type { ModbusMetric, ModbusProfile, ReadRequest } from '@city-testbed/device-profiles';
import { mergeReads, planReads, splitRead } from '@city-testbed/device-profiles/decode';

/** A range that was refused is tried whole again after so long: the device may be another one by then. */
const WHOLE_AGAIN_MS = 3_600_000;

/**
 * Which reads fetch the metrics of a poll, and what was learnt of them. A refused read is halved until the bad metric
 * stands alone; then its good neighbours are merged again around it, so that it costs one read more and not log2(n).
 * What was learnt is kept for an hour, or until a metric that was refused is answered.
 */
export class ReadPlan {
  readonly #profile: ModbusProfile;
  readonly #whole: readonly ReadRequest[];
  #reads: readonly ReadRequest[];
  #refused: ReadRequest[] = [];
  #learntAt = 0;
  #settled = false;

  constructor(profile: ModbusProfile, metrics: readonly ModbusMetric[]) {
    this.#profile = profile;
    this.#whole = planReads(profile, metrics);
    this.#reads = this.#whole;
  }

  /** The reads of a poll that begins at the monotonic time `now`. */
  begin(now: number): readonly ReadRequest[] {
    if (this.#refused.length > 0 && now - this.#learntAt >= WHOLE_AGAIN_MS) this.#forget();
    return this.#reads;
  }

  /** The device refused a read with exception 02 or 03: its halves, or undefined where one metric is left. */
  refuse(read: ReadRequest, now: number): readonly [ReadRequest, ReadRequest] | undefined {
    if (this.#refused.length === 0) this.#learntAt = now;
    const halves = splitRead(read);
    if (!this.#refused.includes(read)) {
      this.#refused.push(read);
      if (!halves) this.#settled = false;
    }
    if (halves) this.#reads = this.#reads.flatMap((planned) => (planned === read ? halves : [planned]));
    return halves;
  }

  /** The device answered a read. Where it had refused the very same one, it has changed. */
  answer(read: ReadRequest): void {
    if (this.#refused.includes(read)) this.#forget();
  }

  /** Every read was answered or refused: merges good neighbours again, once for each set of bad metrics. */
  end(): void {
    if (this.#refused.length === 0 || this.#settled) return;
    this.#settled = true;
    const reads: ReadRequest[] = [];
    for (const read of this.#reads) {
      const last = reads.at(-1);
      const merged = last && mergeReads(this.#profile, last, read, this.#refused);
      if (merged) reads[reads.length - 1] = merged;
      else reads.push(read);
    }
    this.#reads = reads;
  }

  #forget(): void {
    this.#reads = this.#whole;
    this.#refused = [];
    this.#settled = false;
  }
}
