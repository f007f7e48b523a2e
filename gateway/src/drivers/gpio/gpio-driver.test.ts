import { parseProfile, profileLibrary } from '@city-testbed/device-profiles';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { deviceOf } from '../../testing/profiles.ts';
import { createGpioDriver } from './gpio-driver.ts';
import type { Line, LineRequest } from './line.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** Lines as onoff gives them, moved by hand. */
class FakeLines {
  readonly opened: LineRequest[] = [];
  readonly levels = new Map<number, 0 | 1>();
  readonly #watchers = new Map<number, (level: 0 | 1) => void>();
  closed = 0;

  readonly open = (request: LineRequest): Line => {
    this.opened.push(request);
    const { number } = request;
    return {
      read: () => Promise.resolve(this.levels.get(number) ?? 0),
      write: (level) => Promise.resolve(void this.levels.set(number, level)),
      watch: (listener) => void this.#watchers.set(number, listener),
      close: () => void (this.closed += 1),
    };
  };

  pulse(number: number): void {
    this.#watchers.get(number)?.(0);
  }
}

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

function driverWith(lines: FakeLines, clock: ManualClock, counts: Record<string, number> = {}) {
  return createGpioDriver(
    { id: 'header', kind: 'gpio', base: 512, retryMaxMs: 1000 },
    { clock, log, counters: { counter: (key) => counts[key] ?? 0 }, devices: [rain, panel] },
    lines.open,
  );
}

describe('GPIO', () => {
  it('counts pulses on from where the last process stopped, and keeps the count with the sample', async () => {
    const lines = new FakeLines();
    const clock = new ManualClock();
    const driver = driverWith(lines, clock, { 'rain/rainfall': 100 });
    await driver.open();
    for (let tip = 0; tip < 3; tip++) {
      await clock.advance(1000);
      lines.pulse(512 + 17);
      lines.pulse(512 + 17); // contact bounce, within the debounce time
    }
    const sample = await driver.link(rain).poll(rain.metrics).read();
    expect(sample?.counters).toEqual(new Map([['rain/rainfall', 103]]));
    expect(sample?.values).toEqual([{ index: 0, value: expect.closeTo(103 * 0.2794, 6) as number }]);
    expect(lines.opened[0]).toEqual({ number: 529, direction: 'in', edge: 'falling' });
  });

  it('reads levels and rates, and commands outputs', async () => {
    const lines = new FakeLines();
    const clock = new ManualClock();
    const driver = driverWith(lines, clock);
    await driver.open();
    const link = driver.link(panel);
    const poll = link.poll(panel.metrics);
    for (let turn = 0; turn < 5; turn++) {
      await clock.advance(400);
      lines.pulse(512 + 7);
    }
    expect(
      (await poll.read())?.values.map((value) => ('value' in value ? value.value : value.reason)),
    ).toEqual([true, false, expect.closeTo((5 / 2) * 2.4, 6)]);
    expect(await link.write('lamp', true)).toEqual({ ok: true });
    expect(lines.levels.get(512 + 6)).toBe(1);
    expect(await link.write('lamp', 7)).toEqual({ ok: false, reason: 'wrong_type' });
    expect(await link.write('door', true)).toEqual({ ok: false, reason: 'read_only' });
    await driver.close();
    expect(lines.closed).toBe(4);
  });

  it('opens all lines or none', async () => {
    const lines = new FakeLines();
    const clock = new ManualClock();
    const driver = createGpioDriver(
      { id: 'header', kind: 'gpio', base: 0, retryMaxMs: 1000 },
      { clock, log, counters: { counter: () => 0 }, devices: [rain, panel] },
      (request) => {
        if (request.number === 6) throw new Error('busy');
        return lines.open(request);
      },
    );
    await expect(driver.open()).rejects.toThrow('busy');
    expect(driver.isOpen).toBe(false);
    expect(lines.closed).toBe(lines.opened.length);
  });
});
