import { describe, expect, it } from 'vitest';
import { pickLanguage } from './language.ts';
import { bytes, counted, duration, measured, percent } from './number.ts';
import { age, cityTime, daysLeft, utcTime } from './time.ts';
import { cityDate, cityInstant, wallClock } from './zone.ts';

const at = Date.parse('2025-03-01T10:20:30.125Z');

describe('language', () => {
  it('keeps the choice, then the browser, then Romanian', () => {
    expect(pickLanguage('en', ['ro-RO'])).toBe('en');
    expect(pickLanguage(null, ['de-DE', 'en-US'])).toBe('en');
    expect(pickLanguage(null, ['de-DE'])).toBe('ro');
    expect(pickLanguage('xx', [])).toBe('ro');
  });
});

describe('time', () => {
  it('shows the city time, and UTC apart', () => {
    expect(cityTime(at, 'en', 'clock')).toBe('12:20:30');
    expect(cityTime(at, 'ro', 'date')).toBe('1 martie 2025');
    expect(utcTime(at)).toBe('2025-03-01 10:20:30.125 UTC');
  });

  it('knows both offsets of the year', () => {
    expect(wallClock(at)).toBe(Date.parse('2025-03-01T12:20:30.125Z'));
    expect(wallClock(Date.parse('2025-07-01T21:30:00Z'))).toBe(Date.parse('2025-07-02T00:30:00Z'));
    expect(cityDate(Date.parse('2025-07-01T21:30:00Z'))).toBe('2025-07-02');
  });

  it('turns a local day into its instant on both sides of the clock change', () => {
    expect(new Date(cityInstant('2025-01-15')).toISOString()).toBe('2025-01-14T22:00:00.000Z');
    expect(new Date(cityInstant('2025-07-15')).toISOString()).toBe('2025-07-14T21:00:00.000Z');
    expect(new Date(cityInstant('2025-03-30', '12:00')).toISOString()).toBe('2025-03-30T09:00:00.000Z');
    expect(new Date(cityInstant('2025-10-26', '00:00')).toISOString()).toBe('2025-10-25T21:00:00.000Z');
    expect(cityInstant('')).toBeNaN();
  });

  it('says an age in the unit a person would', () => {
    expect(age(at, at - 5000)).toEqual({ unit: 'now', count: 0 });
    expect(age(at, at + 12_900)).toEqual({ unit: 'seconds', count: 12 });
    expect(age(at, at + 95_000)).toEqual({ unit: 'minutes', count: 1 });
    expect(age(at, at + 3 * 3_600_000)).toEqual({ unit: 'hours', count: 3 });
    expect(age(at, at + 72 * 3_600_000)).toEqual({ unit: 'days', count: 3 });
  });

  it('counts days left, and days past', () => {
    expect(daysLeft(at + 1, at)).toBe(1);
    expect(daysLeft(at, at)).toBe(0);
    expect(daysLeft(at - 1, at)).toBe(-1);
  });
});

describe('numbers', () => {
  it('follows the reader’s locale', () => {
    expect(measured(1234.5678, 'ro')).toBe('1.235');
    expect(measured(18.456, 'ro')).toBe('18,46');
    expect(measured(18.5, 'ro')).toBe('18,5');
    expect(measured(18, 'ro')).toBe('18');
    expect(measured(0.12345, 'en')).toBe('0.123');
    expect(counted(116821, 'en')).toBe('116,821');
    expect(percent(96.71, 'ro')).toMatch(/^96,7\s%$/u);
    expect(percent(96.71, 'en')).toBe('96.7%');
  });

  it('gives spans and sizes their unit', () => {
    expect(duration(812, 'en')).toBe('812\u00a0ms');
    expect(duration(4210, 'ro')).toBe('4,2\u00a0s');
    expect(duration(180_000, 'en')).toBe('3\u00a0min');
    expect(bytes(512, 'en')).toBe('512\u00a0B');
    expect(bytes(65_536, 'ro')).toBe('64\u00a0KiB');
    expect(bytes(1536, 'ro')).toBe('1,5\u00a0KiB');
    expect(bytes(2 * 1024 ** 2, 'en')).toBe('2\u00a0MiB');
  });
});
