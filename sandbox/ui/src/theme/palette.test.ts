import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.ts';
import { dark, gray, petrol, tones } from './palette.ts';

describe('the palette', () => {
  it('agrees with the two ends of the contrast scale', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#777777')).toBe(1);
  });

  it.each(Object.entries(tones))('tone %s is readable in both schemes (AA, 4.5)', (_name, tone) => {
    expect(contrast(tone.light[0], tone.light[1])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tone.dark[0], tone.dark[1])).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps quiet text and primary buttons readable', () => {
    expect(contrast(gray[6], '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(gray[6], gray[1])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark[2], dark[6])).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', petrol[6])).toBeGreaterThanOrEqual(4.5);
  });
});
