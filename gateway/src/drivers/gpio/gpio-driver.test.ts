import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile, profileLibrary } from '@city-testbed/device-profiles';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { exportLine, fakeOnoff, gpioTree } from '../../testing/gpio-tree.ts';
import { deviceOf } from '../../testing/profiles.ts';
import type { Sample } from '../driver.ts';
import { createGpioDriver } from './gpio-driver.ts';
import { lineOpener } from './onoff-line.ts';

const log = createLogger({ name: 'test', level: 'silent' });

const rain = deviceOf(profileLibrary().find('sparkfun/rain-gauge'), { id: 'rain', pins: { rainfall: 17 } });
const panel = deviceOf(
  parseProfile(
    `
format: 1
id: test/panel
vendor: Test
model: Panel
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: gpio
metrics:
  - { name: door, label: { en: Door, ro: Ușă }, datatype: Boolean, pin: { mode: input, activeLow: true } }
  - { name: lamp, label: { en: Lamp, ro: Lampă }, datatype: Boolean, access: rw, pin: { mode: output } }
  - { name: wind, label: { en: Wind, ro: Vânt }, unit: km/h, datatype: Double, pin: { mode: rate, scale: 2.4 } }
`,
    'test/panel.yaml',
  ),
  { id: 'panel', pins: { door: 5, lamp: 6, wind: 7 } },
);

const pi4 = { label: 'pinctrl-bcm2711', base: 512, lines: 58, device: 'gpiochip0' };

/** A Raspberry Pi 4 whose lines are moved by hand. `faults`: codes of lines that cannot be exported. */
function machine({ counts = {}, faults = new Map<number, string>() }: Machine = {}) {
  const clock = new ManualClock();
  const sys = gpioTree([pi4]);
  const onoff = fakeOnoff(sys, faults);
  const driver = createGpioDriver(
    { id: 'header', kind: 'gpio', retryMaxMs: 8000 },
    { clock, log, counters: { counter: (key) => counts[key] ?? 0 }, devices: [rain, panel] },
    lineOpener(onoff.Handle, sys),
    sys,
  );
  return { clock, sys, onoff, driver };
}
interface Machine {
  readonly counts?: Record<string, number>;
  readonly faults?: Map<number, string>;
}

const valuesOf = (sample: Sample | undefined): unknown[] =>
  sample?.values.map((value) => ('value' in value ? value.value : value.reason)) ?? [];

describe('GPIO', () => {
  it('counts pulses on from where the last process stopped, and keeps the count with the sample', async () => {
    const { driver, clock, onoff } = machine({ counts: { 'rain/rainfall': 100 } });
    await driver.open();
    for (let tip = 0; tip < 3; tip++) {
      await clock.advance(1000);
      onoff.pulse(512 + 17);
      onoff.pulse(512 + 17); // contact bounce, within the debounce time
    }
    const sample = await driver.link(rain).poll(rain.metrics).read();
    expect(sample?.counters).toEqual(new Map([['rain/rainfall', 103]]));
    expect(sample?.values).toEqual([{ index: 0, value: expect.closeTo(103 * 0.2794, 6) as number }]);
  });

  it('reads levels and rates, and commands outputs', async () => {
    const { driver, clock, onoff, sys } = machine();
    exportLine(sys, 512 + 5, 'in', 0);
    exportLine(sys, 512 + 6, 'out', 0);
    await driver.open();
    const link = driver.link(panel);
    const poll = link.poll(panel.metrics);
    for (let turn = 0; turn < 5; turn++) {
      await clock.advance(400);
      onoff.pulse(512 + 7);
    }
    expect(valuesOf(await poll.read())).toEqual([true, false, expect.closeTo((5 / 2) * 2.4, 6)]);
    expect(await link.write('lamp', true)).toEqual({ ok: true });
    expect(onoff.level(512 + 6)).toBe('1');
    expect(await link.write('lamp', 7)).toEqual({ ok: false, reason: 'wrong_type' });
    expect(await link.write('door', true)).toEqual({ ok: false, reason: 'read_only' });
    await driver.close();
    // Giving an output back would make it an input: the lamp stays on.
    expect([5, 6, 7, 17].filter((pin) => onoff.isExported(512 + pin))).toEqual([6]);
    expect(onoff.level(512 + 6)).toBe('1');
  });

  it('one line that cannot be used costs the others nothing; it is named, and tried again', async () => {
    const faults = new Map([[512 + 7, 'EBUSY']]);
    const { driver, clock, onoff, sys } = machine({ faults });
    exportLine(sys, 512 + 6, 'out', 1);
    await driver.open();
    expect(driver.isOpen).toBe(true);
    expect(driver.fault).toContain('panel/wind: A GPIO line cannot be used: line 519: another program');
    const poll = driver.link(panel).poll(panel.metrics);
    expect(valuesOf(await poll.read())).toEqual([false, true, 'no_response']);
    faults.clear();
    expect(valuesOf(await poll.read())[2]).toBe('no_response');
    await clock.advance(1000);
    await poll.read();
    expect(driver.fault).toBeUndefined();
    await clock.advance(1000);
    onoff.pulse(512 + 7);
    expect(valuesOf(await poll.read())[2]).toBeCloseTo(2.4, 6);
  });

  it('a line that is taken away is taken again, and its count goes on', async () => {
    const { driver, clock, onoff, sys } = machine();
    await driver.open();
    const poll = driver.link(rain).poll(rain.metrics);
    onoff.pulse(512 + 17);
    rmSync(join(sys, `class/gpio/gpio${String(512 + 17)}`), { recursive: true });
    const lost = await poll.read();
    expect(valuesOf(lost)).toEqual(['no_response']);
    expect(lost?.counters).toEqual(new Map([['rain/rainfall', 1]]));
    expect(driver.fault).toContain('another program took the line away');
    await clock.advance(1000);
    await poll.read();
    await clock.advance(1000);
    onoff.pulse(512 + 17);
    expect((await poll.read())?.counters).toEqual(new Map([['rain/rainfall', 2]]));
  });

  it('what was counted since the last sample is told before the port is closed', async () => {
    const { driver, clock, onoff } = machine();
    await driver.open();
    const poll = driver.link(rain).poll(rain.metrics);
    onoff.pulse(512 + 17);
    await poll.read();
    expect(await poll.last?.()).toBeUndefined();
    await clock.advance(1000);
    onoff.pulse(512 + 17);
    expect((await poll.last?.())?.counters).toEqual(new Map([['rain/rainfall', 2]]));
  });

  it('counts on when the port is made anew before its last sample is on disk', async () => {
    const sys = gpioTree([pi4]);
    const onoff = fakeOnoff(sys);
    const counters = { counter: () => 100 };
    const made = () =>
      createGpioDriver(
        { id: 'header', kind: 'gpio', retryMaxMs: 1000 },
        { clock: new ManualClock(), log, counters, devices: [rain] },
        lineOpener(onoff.Handle, sys),
        sys,
      );
    const before = made();
    await before.open();
    onoff.pulse(512 + 17);
    await before.close();
    const after = made();
    await after.open();
    onoff.pulse(512 + 17);
    const sample = await after.link(rain).poll(rain.metrics).read();
    expect(sample?.counters).toEqual(new Map([['rain/rainfall', 102]]));
  });

  it('a port none of whose lines works is not open', async () => {
    const faults = new Map([5, 6, 7, 17].map((pin) => [512 + pin, 'EACCES']));
    const { driver, onoff } = machine({ faults });
    await expect(driver.open()).rejects.toMatchObject({ code: 'GATEWAY_GPIO_LINE' });
    await expect(driver.open()).rejects.toThrow('group gpio');
    expect(driver.isOpen).toBe(false);
    faults.clear();
    await driver.open();
    expect(driver.isOpen).toBe(true);
    expect(onoff.isExported(512 + 17)).toBe(true);
  });

  it('a pin that its chip does not have is named', async () => {
    const clock = new ManualClock();
    const sys = gpioTree([{ ...pi4, lines: 8 }]);
    const driver = createGpioDriver(
      { id: 'header', kind: 'gpio', retryMaxMs: 1000 },
      { clock, log, counters: { counter: () => 0 }, devices: [rain] },
      lineOpener(fakeOnoff(sys).Handle, sys),
      sys,
    );
    await expect(driver.open()).rejects.toThrow('pin 17: pinctrl-bcm2711 has the lines 0 to 7');
  });
});
