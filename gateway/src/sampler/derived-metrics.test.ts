import { parseProfile } from '@city-testbed/device-profiles';
import { afterEach, expect, it } from 'vitest';
import type { ConfiguredDevice } from '../model/device.ts';
import { deviceOf } from '../testing/profiles.ts';
import { sampling, start, stopSampling } from '../testing/sampling.ts';

afterEach(stopSampling);

const definition = parseProfile(
  `
format: 1
id: test/meter
vendor: Test
model: Meter
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: modbus
metrics:
  - { name: energy, label: { en: Energy, ro: Energie }, unit: Wh, datatype: UInt16, register: { table: input, address: 0, type: uint16 } }
derived:
  - { name: power, label: { en: Power, ro: Putere }, unit: W, datatype: Double, from: energy, kind: rate, per: hour }
  - { name: highest, label: { en: Highest, ro: Maxim }, unit: Wh, datatype: UInt16, from: energy, kind: max, windowMs: 10000 }
`,
  'test/meter.yaml',
);
const plain = deviceOf(definition);
const meter: ConfiguredDevice = {
  ...plain,
  metrics: [
    ...plain.metrics.map((metric) => ({
      ...metric,
      intervalMs: 1000,
      deadband: 1000,
      maxSilenceMs: 600_000,
    })),
    { name: 'power', datatype: 'Double', unit: 'W', writable: false, intervalMs: 1000 },
    { name: 'highest', datatype: 'UInt16', unit: 'Wh', writable: false, intervalMs: 10_000 },
  ],
};

it('come in the batch of their source, with its time, also where the source itself is not worth keeping', async () => {
  const { batches, driver, clock } = await sampling([meter]);
  await clock.advance(11_500);
  expect(driver.reads).toHaveLength(12); // only the source is polled
  const of = (alias: number) =>
    batches.flatMap(({ at, readings }) =>
      readings
        .filter((reading) => reading.alias === alias)
        .map(({ value, reason }) => [at - start, value ?? reason]),
    );
  expect(of(10)).toEqual([[0, 1]]);
  expect(of(11).slice(0, 3)).toEqual([
    [0, 'stale'],
    [1000, 3600],
    [2000, 3600],
  ]);
  expect(of(12)).toEqual([[10_000, 10]]);
});

it('follow a silent source, and go on after it without a spike', async () => {
  const { batches, driver, clock } = await sampling([meter]);
  await clock.advance(1500);
  driver.silent.add('device-1');
  await clock.advance(20_000);
  driver.silent.clear();
  driver.shown.set('device-1.energy', 9000);
  await clock.advance(20_000);
  const power = batches.flatMap(({ readings }) =>
    readings.filter(({ alias }) => alias === 11).map(({ value, reason }) => value ?? reason),
  );
  expect(power.slice(0, 3)).toEqual(['stale', 3600, 'no_response']);
  expect(power.filter((value) => typeof value === 'number' && value > 3600)).toEqual([]);
  expect(power.at(-1)).toBe(0);
});
