import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const config = '/sys/kernel/config/gpio-sim/city';

/**
 * Makes simulated chips (Linux, Documentation/admin-guide/gpio/gpio-sim.rst): one of a Raspberry Pi header, whose line 4
 * a kernel driver holds, and one of something else.
 */
export function makeChips() {
  bank('bank0', 'raspberrypi-exp-gpio', 8);
  bank('bank1', 'pinctrl-bcm2711', 58);
  mkdirSync(join(config, 'bank1/line4/hog'), { recursive: true });
  writeFileSync(join(config, 'bank1/line4/hog/name'), 'onewire@4');
  writeFileSync(join(config, 'bank1/line4/hog/direction'), 'input');
  writeFileSync(join(config, 'live'), '1');
  const read = (file) => readFileSync(join(config, file), 'utf8').trim();
  const chip = read('bank1/chip_name');
  return new HeaderChip(chip, join('/sys/devices/platform', read('dev_name'), chip));
}

function bank(name, label, lines) {
  mkdirSync(join(config, name), { recursive: true });
  writeFileSync(join(config, name, 'num_lines'), String(lines));
  writeFileSync(join(config, name, 'label'), label);
}

/** The chip of the header, from the side of what is wired to it. */
class HeaderChip {
  name;
  #folder;

  constructor(name, folder) {
    this.name = name;
    this.#folder = folder;
  }

  /** Moves a line that is an input. */
  pull(line, level) {
    writeFileSync(join(this.#folder, `sim_gpio${line}/pull`), level === 1 ? 'pull-up' : 'pull-down');
  }

  /** The level that is on a line. */
  level(line) {
    return Number(readFileSync(join(this.#folder, `sim_gpio${line}/value`), 'utf8'));
  }

  /** Closes a contact to ground for a while, and opens it again: long enough that a starved guest sees both. */
  async pulse(line, { closedMs = 80, openMs = 80 } = {}) {
    this.pull(line, 0);
    await sleep(closedMs);
    this.pull(line, 1);
    await sleep(openMs);
  }

  async pulses(line, count, times) {
    for (let made = 0; made < count; made++) await this.pulse(line, times);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
