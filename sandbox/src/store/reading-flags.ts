import type { Quality, Source } from '../contract/index.ts';

/**
 * What a reading carries beside its value, in one small integer: an ordinary reading (good, live, a number) has 0,
 * which costs no byte on disk.
 * Bits: 0-1 quality, 2-3 source, 4 historical, 5 boolean value, 6 and up the number of its reason (0: none).
 */
const qualities = ['good', 'bad', 'stale'] as const satisfies readonly Quality[];
const sources = ['live', 'replay', 'synthetic'] as const satisfies readonly Source[];

export const QUALITY_MASK = 3;
export const SOURCE_MASK = 12;
export const HISTORICAL = 16;
export const BOOLEAN = 32;
export const REASON_SHIFT = 6;
/** Reasons that the dictionary holds; further ones are kept as `other`. */
export const MOST_REASONS = 4096;

export const SYNTHETIC = sources.indexOf('synthetic') << 2;

export function qualityBits(quality: Quality): number {
  return qualities.indexOf(quality);
}

export function sourceBits(source: Source): number {
  return sources.indexOf(source) << 2;
}

export function qualityOf(flags: number): Quality {
  return qualities[flags & QUALITY_MASK] ?? 'bad';
}

export function sourceOf(flags: number): Source {
  return sources[(flags & SOURCE_MASK) >> 2] ?? 'live';
}

export function reasonOf(flags: number): number {
  return flags >>> REASON_SHIFT;
}
