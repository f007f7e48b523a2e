import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock } from '@city-testbed/runtime';

/** This boot of the machine: monotonic times of different processes can be compared within one boot only. */
export interface Boot {
  readonly id: string;
  /** Uptime of the machine minus the clock's monotonic time, ms. */
  readonly offset: number;
}

/** Reads the kernel's boot id (random(4)). Where there is none, each start of the process counts as a boot. */
export function readBoot(clock: Clock): Boot {
  const offset = uptime() * 1000 - clock.monotonic();
  try {
    return { id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), offset };
  } catch {
    return { id: randomUUID(), offset };
  }
}
