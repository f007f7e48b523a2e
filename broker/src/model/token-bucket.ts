/** Lets `perSecond` things a second pass on average, and up to `burst` at once. Time is the caller's, in ms. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = nowMs;
  }

  /** False when fewer than `count` are left; then nothing is taken. */
  take(count: number, nowMs: number): boolean {
    if (!this.has(count, nowMs)) return false;
    this.#tokens -= count;
    return true;
  }

  /** True when `count` could be taken now. */
  has(count: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#at) * this.#perMs);
    this.#at = nowMs;
    return this.#tokens >= count;
  }
}

/** A bucket for each key (an address, a client), for at most `keys` of them: the one not used for longest gives way. */
export class KeyedBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #keys: number;

  constructor(options: { perSecond: number; burst: number; keys: number }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#keys = options.keys;
  }

  /** As TokenBucket.take, for the bucket of this key. */
  take(key: string, count: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#perSecond, this.#burst, nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#keys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return bucket.take(count, nowMs);
  }

  has(key: string, count: number, nowMs: number): boolean {
    return this.#buckets.get(key)?.has(count, nowMs) ?? true;
  }
}
