import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GpioPort } from '../../model/port.ts';
import { gpioTree, type FakeChip } from '../../testing/gpio-tree.ts';
import { linesOf } from './chips.ts';

const port = (more: Partial<GpioPort> = {}): GpioPort => ({
  id: 'h',
  kind: 'gpio',
  retryMaxMs: 1000,
  ...more,
});

// Labels and numbers as people list them: WiringPi issue 280, raspberrypi/linux issue 6037 and pull request 5638.
const expander: FakeChip = { label: 'raspberrypi-exp-gpio', base: 570, lines: 8, device: 'gpiochip1' };
const pi4: FakeChip = { label: 'pinctrl-bcm2711', base: 512, lines: 58, device: 'gpiochip0' };
const oldPi3: FakeChip = { label: 'pinctrl-bcm2835', base: 0, lines: 54, device: 'gpiochip0' };
const pi5: FakeChip[] = [
  { label: 'gpio-brcmstb@107d508500', base: 512, lines: 32, device: 'gpiochip10' },
  { label: 'gpio-brcmstb@107d508520', base: 544, lines: 4, device: 'gpiochip11' },
  { label: 'pinctrl-rp1', base: 571, lines: 54, device: 'gpiochip0' },
];

test.each([
  ['Pi 4', [expander, pi4], 512],
  ['Pi 3 with an older kernel', [oldPi3], 0],
  ['Pi 5', pi5, 571],
])('the header of a %s is found wherever its kernel numbers it', (_, chips, base) => {
  expect(linesOf(port(), gpioTree(chips))).toMatchObject({ base });
});

test('another chip is chosen by label, by name in /sys/class/gpio, or by its device', () => {
  const sys = gpioTree([pi4, expander]);
  for (const chip of ['raspberrypi-exp-gpio', 'gpiochip570', 'gpiochip1']) {
    expect(linesOf(port({ chip }), sys)).toEqual({ base: 570, lines: 8, label: 'raspberrypi-exp-gpio' });
  }
  expect(linesOf(port({ base: 7 }), '/nowhere')).toEqual({ base: 7 });
});

test('no chip of a header: the chips that there are, with what to write', () => {
  const sys = gpioTree([expander]);
  const refused = (chip?: string) => () => linesOf(port(chip === undefined ? {} : { chip }), sys);
  expect(refused()).toThrow(
    'no chip of a Raspberry Pi header; there are raspberrypi-exp-gpio (gpiochip570, 8 lines): name one of them in chip',
  );
  expect(refused('pinctrl-rp1')).toThrow('no chip pinctrl-rp1; there are raspberrypi-exp-gpio');
  expect(refused()).toThrow(expect.objectContaining({ code: 'GATEWAY_GPIO_LINE' }) as Error);
  expect(() => linesOf(port(), gpioTree([]))).toThrow('there is none');
});

test('a kernel without GPIO in sysfs is told as such', () => {
  const sys = mkdtempSync(join(tmpdir(), 'city-sys-'));
  expect(() => linesOf(port(), sys)).toThrow('CONFIG_GPIO_SYSFS');
});
