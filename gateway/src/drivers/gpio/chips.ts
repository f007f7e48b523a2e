import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayError } from '../../errors.ts';
import type { GpioPort } from '../../model/port.ts';

/** A GPIO chip as /sys/class/gpio shows it. */
export interface Chip {
  /** Name in /sys/class/gpio, e.g. gpiochip512. */
  readonly name: string;
  /** Name of its character device, e.g. gpiochip0, where that can be told. */
  readonly device?: string;
  /** What its driver calls it, e.g. pinctrl-bcm2711. */
  readonly label: string;
  /** Number of its first line. */
  readonly base: number;
  readonly lines: number;
}

/** Where a port's lines begin. `lines`: how many there are, where the kernel was asked. */
export interface Lines {
  readonly base: number;
  readonly lines?: number;
  readonly label?: string;
}

/**
 * Labels of the chips whose line n is BCM number n on the 40-pin header: Raspberry Pi 0 to 3, 4, and 5
 * (Linux, drivers/pinctrl/bcm/pinctrl-bcm2835.c and Raspberry's drivers/pinctrl/pinctrl-rp1.c).
 */
const HEADER_CHIPS = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

/**
 * The lines that a port means: from its `base`, else of its `chip` by label or name, else of the header's chip. A
 * kernel numbers chips from 0 or from 512 on, in the order of their drivers, so the number is looked up each time.
 * `sys` is where sysfs is mounted. Throws GATEWAY_GPIO_LINE with the chips that there are.
 */
export function linesOf({ base, chip }: GpioPort, sys: string): Lines {
  if (base !== undefined) return { base };
  if (!existsSync(join(sys, 'class/gpio/export'))) {
    throw gatewayError('GATEWAY_GPIO_LINE', noSysfs(sys), { context: { sys } });
  }
  const chips = chipsOf(sys);
  const found =
    chip === undefined
      ? chips.find(({ label }) => HEADER_CHIPS.includes(label))
      : (chips.find(({ label }) => label === chip) ??
        chips.find(({ name }) => name === chip) ??
        chips.find(({ device }) => device === chip));
  if (found) return { base: found.base, lines: found.lines, label: found.label };
  const wanted = chip === undefined ? 'no chip of a Raspberry Pi header' : `no chip ${chip}`;
  const present = chips.map(({ name, label, lines }) => `${label} (${name}, ${String(lines)} lines)`);
  throw gatewayError(
    'GATEWAY_GPIO_LINE',
    `${wanted}; there ${present.length === 0 ? 'is none' : `are ${present.join(', ')}`}: name one of them in chip`,
    { context: { chips: present } },
  );
}

/** Every GPIO chip, by its first line. */
export function chipsOf(sys: string): Chip[] {
  const folder = join(sys, 'class/gpio');
  return namesIn(folder)
    .filter((name) => /^gpiochip\d+$/.test(name))
    .map((name) => chipOf(folder, name))
    .filter((chip) => chip !== undefined)
    .sort((one, other) => one.base - other.base);
}

export function noSysfs(sys: string): string {
  return `this kernel has no ${join(sys, 'class/gpio')}: it was built without CONFIG_GPIO_SYSFS`;
}

function chipOf(folder: string, name: string): Chip | undefined {
  try {
    const attribute = (file: string): string => readFileSync(join(folder, name, file), 'utf8').trim();
    const device = namesIn(join(folder, name, 'device')).filter((entry) => /^gpiochip\d+$/.test(entry));
    return {
      name,
      label: attribute('label'),
      base: Number(attribute('base')),
      lines: Number(attribute('ngpio')),
      // One that has several banks does not say which of them this is.
      ...(device.length === 1 && device[0] !== undefined ? { device: device[0] } : {}),
    };
  } catch {
    // A chip on USB, unplugged while we looked.
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
