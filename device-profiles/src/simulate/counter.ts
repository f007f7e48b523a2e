import type { Signal } from '../format/signal.ts';
import { hashed } from './noise.ts';
import { darkHours } from './sun.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Counter = Extract<Signal, { kind: 'counter' }>;

/** Where a counter stands. It never goes back, except where it wraps. */
export function counterAt(
  counter: Counter,
  seed: number,
  name: string,
  time: number,
  context: { readonly reads: number; readonly startedAt: number },
): number {
  const since = counter.since === 'start' ? context.startedAt : Date.parse(counter.since);
  const value = counter.start + growth(counter, seed, name, since, Math.max(since, time), context.reads);
  return counter.wrap === undefined ? value : value % counter.wrap;
}

function growth(
  counter: Counter,
  seed: number,
  name: string,
  since: number,
  time: number,
  reads: number,
): number {
  switch (counter.per) {
    case 'read':
      return reads * counter.step;
    case 'time':
      return Math.floor((time - since) / counter.everyMs) * counter.step;
    case 'hour':
      return counter.rate * shapedHours(counter.shape, seed, name, since, time);
  }
}

/** Hours that count, between two times. Each is the integral of a rate, so a counter and a power agree. */
function shapedHours(
  shape: Counter['shape'],
  seed: number,
  name: string,
  since: number,
  time: number,
): number {
  switch (shape) {
    case 'flat':
      return (time - since) / hourMs;
    case 'dark':
      return darkHours(since, time);
    case 'daily':
      return dailyHours(time) - dailyHours(since);
    case 'showers':
      return showerHours(seed, name, time) - showerHours(seed, name, since);
  }
}

/** Twice the rate at 14 h UTC, none at 2 h: the integral of 1 + cos. */
function dailyHours(time: number): number {
  const hours = time / hourMs;
  return hours + (12 / Math.PI) * Math.sin(((hours - 14) / 12) * Math.PI);
}

/**
 * Rain comes on one day of three, within one stretch of two to five hours, and in a month it comes to what the rate
 * promises on average. Whole days are counted from their number alone, so that no sum over the past is needed:
 * each block of three days holds exactly three days' worth.
 */
function showerHours(seed: number, name: string, time: number): number {
  const block = 3 * dayMs;
  const index = Math.floor(time / block);
  const start = hashed(seed, `${name}:start`, index) * (block - 6 * hourMs);
  const length = (2 + 3 * hashed(seed, `${name}:length`, index)) * hourMs;
  const part = Math.min(1, Math.max(0, (time - index * block - start) / length));
  return (index + part * part * (3 - 2 * part)) * 72;
}
