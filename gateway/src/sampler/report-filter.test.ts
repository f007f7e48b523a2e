import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceMetric } from '../model/device.ts';
import { reportIntervalMs } from '../model/device.ts';
import type { Reading } from '../model/reading.ts';
import { at, sampling, start, stopSampling } from '../testing/sampling.ts';
import { ReportFilter } from './report-filter.ts';

afterEach(stopSampling);

const metric: DeviceMetric = {
  name: 'level',
  datatype: 'Double',
  writable: false,
  intervalMs: 1000,
  deadband: 0.5,
  maxSilenceMs: 10_000,
};

/** Which of the values, one a second, are kept. */
function kept(values: readonly Reading['value'][], overrides: Partial<DeviceMetric> = {}): number[] {
  const filter = new ReportFilter();
  return values.flatMap((given, second) => {
    const reading: Reading =
      given === 'bad' ? { alias: 1, value: null, reason: 'no_response' } : { alias: 1, value: given };
    return filter.keeps({ ...metric, ...overrides }, reading, second * 1000) ? [second] : [];
  });
}

describe('report by exception', () => {
  it('keeps a value that differs by more than the deadband from the last one kept, so that no drift hides', () => {
    expect(kept([1, 1.2, 1.4, 1.5, 1.6, 1.6, 1, 1.05])).toEqual([0, 4, 6]);
  });

  it('keeps each change of quality, and only that while nothing answers', () => {
    expect(kept([1, 1, 'bad', 'bad', 'bad', 1, 1])).toEqual([0, 2, 5]);
  });

  it('keeps a value before it would have been silent for too long, whatever the jitter', () => {
    expect(kept(Array.from({ length: 31 }, () => 5))).toEqual([0, 9, 18, 27]);
    expect(kept([5, 5, 5], { maxSilenceMs: 1000 })).toEqual([0, 1, 2]);
    expect(reportIntervalMs(metric)).toBe(10_000);
  });

  it('keeps every change of a truth, a text and a count beyond what a number holds', () => {
    expect(kept([true, true, false, false, true], { deadband: 0 })).toEqual([0, 2, 4]);
    expect(kept(['on', 'on', 'off'], { deadband: 0 })).toEqual([0, 2]);
    expect(kept([2n ** 60n, 2n ** 60n, 2n ** 60n + 4096n], { deadband: 5 })).toEqual([0, 2]);
  });

  it('keeps everything without a deadband', () => {
    const { name, datatype, writable, intervalMs } = metric;
    const plain = { name, datatype, writable, intervalMs };
    const filter = new ReportFilter();
    expect(filter.keeps(plain, { alias: 1, value: 1 }, 0)).toBe(true);
    expect(filter.keeps(plain, { alias: 1, value: 1 }, 1)).toBe(true);
    expect(reportIntervalMs(plain)).toBe(1000);
  });
});

describe('pulse counts under a deadband', () => {
  const counting = (deadband: number) => {
    const device = at(1000);
    return {
      ...device,
      metrics: device.metrics.slice(0, 1).map((each) => ({ ...each, deadband, maxSilenceMs: 10_000 })),
    };
  };

  it('go with the next value that is kept, and with the stop where none was', async () => {
    const { batches, sampler, clock, driver } = await sampling([counting(4)]);
    driver.countsPulses = true;
    await clock.advance(6500); // counts 1 to 7: the driver counts its reads
    expect(
      batches.map(({ readings, counters }) => [readings[0]?.value, counters?.get('device-1/r0')]),
    ).toEqual([
      [1, undefined],
      [6, 6],
    ]);
    await sampler.stop();
    expect(batches.at(-1)).toMatchObject({ at: start + 6000, readings: [{ value: 7 }] });
    expect(batches.at(-1)?.counters?.get('device-1/r0')).toBe(7);
  });
});
