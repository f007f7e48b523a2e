import { openSync, closeSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@city-testbed/runtime';
import { silenceMs, TIMEOUT_MS, type City, type ProcessName } from './city.ts';
import type { Bus, Manner } from './devices.ts';
import { refuseWrites } from './disk.ts';
import type { Behaviour, Link } from './link.ts';
import { missing, type Need } from './needs.ts';

/** What a fault touches; faults that touch the same are never injected together. */
export type Target = ProcessName | 'uplink' | 'host-link' | 'disk' | 'clock' | 'serial' | 'bridge' | 'quick';

/** One fault, with its figures drawn. */
export interface Injection {
  readonly what: string;
  readonly holdMs: number;
  inject(city: City): Promise<void> | void;
  heal(city: City): Promise<void> | void;
}

export interface Fault {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly needs?: readonly Need[];
  draw(random: Random): Injection;
}

/** A whole number from `low` up to `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[between(random, 0, choices.length - 1)]!;
}

/** Why a fault cannot be injected here; undefined where it can. */
export function whyNot({ needs = [] }: Fault): string | undefined {
  return needs.map((need) => missing[need]).find((why) => why !== undefined);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const restart = async (city: City, name: ProcessName): Promise<void> => {
  if (name === 'gateway') await city.startGateway();
  else if (name === 'broker') city.startBroker();
  else {
    city.startSandbox();
    await city.sandboxHealthy();
  }
};

function kill(name: ProcessName, low: number, high: number, label = `${name}-killed`): Fault {
  return {
    name: label,
    targets: [name],
    draw: (random) => {
      const holdMs = between(random, low, high);
      return {
        what: `SIGKILL of the ${name}, started again after ${seconds(holdMs)}`,
        holdMs,
        inject: (city) => city.kill(name),
        heal: (city) => restart(city, name),
      };
    },
  };
}

function freeze(name: ProcessName): Fault {
  return {
    name: `${name}-frozen`,
    targets: [name],
    draw: (random) => {
      const holdMs = between(random, 1500, 7000);
      return {
        what: `SIGSTOP of the ${name} for ${seconds(holdMs)}`,
        holdMs,
        inject: (city) => city.freeze(name),
        heal: (city) => city.thaw(name),
      };
    },
  };
}

const gatewayRestarted: Fault = {
  name: 'gateway-restarted',
  targets: ['gateway'],
  draw: () => ({
    what: 'SIGTERM of the gateway, started again at once',
    holdMs: 0,
    inject: (city) => city.stopGateway(),
    heal: (city) => city.startGateway(),
  }),
};

function link(
  target: 'uplink' | 'host-link',
  label: string,
  most: number,
  drawn: (random: Random) => { readonly behaviour: Behaviour; readonly what: string },
): Fault {
  const of = (city: City): Link => (target === 'uplink' ? city.uplink : city.hostLink);
  const ends = target === 'uplink' ? 'gateway and broker' : 'sandbox and broker';
  return {
    name: `${target}-${label}`,
    targets: [target],
    draw: (random) => {
      const { behaviour, what } = drawn(random);
      const holdMs = between(random, 1500, most);
      return {
        what: `link between ${ends} ${what} for ${seconds(holdMs)}`,
        holdMs,
        inject: (city) => of(city).become(behaviour),
        heal: (city) => of(city).become({ kind: 'pass' }),
      };
    },
  };
}

function resets(target: 'uplink' | 'host-link'): Fault {
  return {
    name: `${target}-reset`,
    targets: [target],
    draw: (random) => {
      const after = Array.from({ length: between(random, 2, 5) }, () => between(random, 1, 900));
      const of = (city: City): Link => (target === 'uplink' ? city.uplink : city.hostLink);
      return {
        what: `${target} reset in the middle of a packet, after ${after.join(', ')} bytes`,
        holdMs: 0,
        inject: async (city) => {
          for (const bytes of after) {
            const before = of(city).resets;
            of(city).resetAfter(bytes);
            for (let waited = 0; of(city).resets === before && waited < 2000; waited += 50) await sleep(50);
          }
        },
        heal: () => undefined,
      };
    },
  };
}

const links = (['uplink', 'host-link'] as const).flatMap((target) => [
  link(target, 'cut', 8000, () => ({ behaviour: { kind: 'cut' }, what: 'cut' })),
  link(target, 'half-open', 12_000, () => ({ behaviour: { kind: 'half-open' }, what: 'half-open' })),
  link(target, 'deaf', 10_000, (random) => {
    const direction = oneOf(random, ['up', 'down'] as const);
    return { behaviour: { kind: 'deaf', direction }, what: `half-open ${direction} only` };
  }),
  link(target, 'stalled', 10_000, () => ({ behaviour: { kind: 'stalled' }, what: 'stalled' })),
  link(target, 'slow', 10_000, (random) => {
    const latencyMs = between(random, 20, 400);
    const bytesPerSecond = between(random, 1000, 20_000);
    return {
      behaviour: { kind: 'slow', latencyMs, bytesPerSecond },
      what: `slow (${latencyMs} ms, ${bytesPerSecond} bytes/s)`,
    };
  }),
  resets(target),
]);

const diskFull: Fault = {
  name: 'disk-full',
  targets: ['disk'],
  needs: ['mounts'],
  draw: (random) => {
    const holdMs = between(random, 2000, 8000);
    return {
      what: `the disk of the outbox full for ${seconds(holdMs)}`,
      holdMs,
      inject: (city) => {
        city.unwritable(true);
        city.disk?.fill();
      },
      heal: (city) => {
        city.disk?.free();
        city.unwritable(false);
      },
    };
  },
};

const diskRefuses: Fault = {
  name: 'disk-refuses',
  targets: ['disk', 'gateway'],
  needs: ['prlimit'],
  draw: (random) => {
    const holdMs = between(random, 2000, 8000);
    return {
      what: `every write of the gateway refused for ${seconds(holdMs)}`,
      holdMs,
      inject: (city) => {
        city.unwritable(true);
        refuseWrites(city.daemon('gateway').pid, true);
      },
      heal: (city) => {
        if (!city.daemon('gateway').ended) refuseWrites(city.daemon('gateway').pid, false);
        city.unwritable(false);
      },
    };
  },
};

/** A card that came up read-only: the gateway cannot start, and does once the card is writable. */
const diskReadOnly: Fault = {
  name: 'disk-read-only',
  targets: ['disk', 'gateway'],
  needs: ['mounts'],
  draw: (random) => {
    const holdMs = between(random, 2000, 5000);
    return {
      what: `the gateway restarted on a disk that is read-only for ${seconds(holdMs)}`,
      holdMs,
      inject: async (city) => {
        city.unwritable(true);
        await city.stopGateway();
        city.disk?.readOnly(true);
        city.startGatewayUnwatched();
      },
      heal: async (city) => {
        city.disk?.readOnly(false);
        city.unwritable(false);
        await city.gatewayStarted();
      },
    };
  },
};

/** Of the outbox: SQLite's default. */
const PAGE_BYTES = 4096;

export type Damage = 'header' | 'truncated' | 'flipped';

/** The outbox is damaged while the gateway is down, with a backlog in it. */
export function damaged(kind: Damage): Fault {
  return {
    name: `outbox-${kind}`,
    targets: ['gateway', 'disk', 'uplink'],
    draw: (random) => {
      const holdMs = between(random, 1500, 3000);
      const share = 0.3 + 0.6 * random.next();
      const places = Array.from({ length: 12 }, () => random.next());
      return {
        what: `outbox ${kind} while the gateway is stopped, after a backlog of ${seconds(holdMs)}`,
        holdMs,
        inject: (city) => city.uplink.become({ kind: 'cut' }),
        heal: async (city) => {
          await city.stopGateway();
          const stoppedAt = Date.now();
          const { size } = statSync(city.outboxFile);
          if (kind === 'truncated') truncateSync(city.outboxFile, Math.floor(size * share));
          else if (kind === 'header') flip(city.outboxFile, [0, 1, 2, 3, 16, 17, 18, 40, 60, 99]);
          else {
            // What the pages say of themselves, which SQLite holds against each other. Nothing holds the content of
            // a row against anything. Not the first page: that is what `header` is about.
            const pages = Math.floor(size / PAGE_BYTES) - 1;
            flip(
              city.outboxFile,
              places.map(
                (place) => Math.floor(1 + place * pages) * PAGE_BYTES + (Math.floor(place * 9973) % 12),
              ),
            );
          }
          const logged = city.log('gateway').length;
          const before = new Set(city.damagedFiles());
          const alarmed = (): boolean => {
            const since = city.log('gateway').slice(logged);
            if (!/GATEWAY_OUTBOX_(CORRUPT|ROW)/.test(since)) return false;
            // By name: the gateway keeps the last few only.
            const isAside = city.damagedFiles().some((name) => !before.has(name));
            return !since.includes('GATEWAY_OUTBOX_CORRUPT') || isAside;
          };
          city.truth.excuse({
            from: city.truth.settledAt,
            to: stoppedAt,
            why: `in the outbox when it was damaged (${kind}), with an alarm`,
            provided: alarmed,
          });
          await city.startGateway();
          city.uplink.become({ kind: 'pass' });
        },
      };
    },
  };
}

function flip(file: string, offsets: readonly number[]): void {
  const bytes = readFileSync(file);
  const open = openSync(file, 'r+');
  for (const at of offsets) writeSync(open, Buffer.of(bytes.readUInt8(at) ^ 0xff), 0, 1, at);
  closeSync(open);
}

const serialUnplugged: Fault = {
  name: 'serial-unplugged',
  targets: ['serial'],
  needs: ['socat'],
  draw: (random) => {
    const holdMs = between(random, 1000, 6000);
    let back = (): void => undefined;
    return {
      what: `serial adapter unplugged for ${seconds(holdMs)}, back on another terminal`,
      holdMs,
      inject: async (city) => {
        back = portGone(city, city.line, 'the serial adapter was unplugged');
        await city.serial?.unplug();
      },
      heal: async (city) => {
        await city.serial?.plugIn();
        back();
      },
    };
  },
};

/** What was on its way when a port went is lost; the gateway asks again once the port is back. */
function portGone(city: City, bus: Bus, why: string): () => void {
  const devices = bus.devices.map(({ id }) => id);
  const at = Date.now();
  const pause = city.truth.pause(why, devices, at - TIMEOUT_MS);
  // A poll has two requests, and is tried a second time: both values of one try, on each device at most.
  city.truth.excuse({ from: at - 500, to: at + 500, why: `in flight when ${why}`, devices, most: 2 });
  return () => (pause.to = Date.now() + silenceMs(devices.length));
}

const busHangsUp: Fault = {
  name: 'bus-hangs-up',
  targets: ['quick'],
  draw: (random) => {
    const times = between(random, 1, 4);
    return {
      what: `the quick device resets its connection ${times} times`,
      holdMs: 0,
      inject: async (city) => {
        for (let left = times; left > 0; left--) {
          const back = portGone(city, city.quick, 'the device reset the connection');
          city.quick.hangUp();
          back();
          await sleep(700);
        }
      },
      heal: () => undefined,
    };
  },
};

function misbehaves(name: string, manner: (random: Random) => Manner, what: string): Fault {
  return {
    name: `device-${name}`,
    targets: ['bridge'],
    draw: (random) => {
      const unit = between(random, 1, 20);
      const how = manner(random);
      const holdMs = between(random, 3000, 10_000);
      return {
        what: `device ${unit} of twenty ${what} for ${seconds(holdMs)}`,
        holdMs,
        ...behaving((city) => city.bridge, `bridge-${unit}`, how, what),
      };
    },
  };
}

function lineMisbehaves(name: string, manner: Manner, what: string): Fault {
  return {
    name: `line-${name}`,
    targets: ['serial'],
    draw: (random) => {
      const unit = between(random, 1, 2);
      const holdMs = between(random, 3000, 8000);
      return {
        what: `device ${unit} of the serial line ${what} for ${seconds(holdMs)}`,
        holdMs,
        ...behaving((city) => city.line, `line-${unit}`, manner, what),
      };
    },
  };
}

function behaving(
  bus: (city: City) => Bus,
  device: string,
  manner: Manner,
  what: string,
): Pick<Injection, 'inject' | 'heal'> {
  let pause: { to: number } | undefined;
  return {
    inject: (city) => {
      pause = city.truth.pause(`${device} ${what}`, [device]);
      bus(city).behave(device, manner);
    },
    heal: (city) => {
      bus(city).behave(device, { kind: 'answers' });
      if (pause) pause.to = Date.now() + silenceMs(1);
    },
  };
}

const late = (random: Random): Manner => ({
  kind: 'late',
  byMs: between(random, TIMEOUT_MS + 300, 2 * TIMEOUT_MS),
});

const clockJump: Fault = {
  name: 'clock-jump',
  // A gateway that starts while its clock is wrong cannot know which times were given before.
  targets: ['clock', 'gateway'],
  needs: ['faketime'],
  draw: (random) => {
    const by = oneOf(random, [-1, 1]) * oneOf(random, [1500, 20_000, 600_000, 7_200_000]);
    const holdMs = between(random, 2000, 6000);
    return {
      what: `the gateway's clock jumps by ${by / 1000} s, and back after ${seconds(holdMs)}`,
      holdMs,
      inject: (city) => city.setClock(by),
      heal: (city) => city.setClock(0),
    };
  },
};

/** Every fault that a mixed run may inject. */
export const faults: readonly Fault[] = [
  kill('gateway', 0, 4000),
  gatewayRestarted,
  freeze('gateway'),
  kill('broker', 0, 5000),
  freeze('broker'),
  kill('sandbox', 0, 3000),
  kill('sandbox', 8000, 14_000, 'sandbox-long-gone'),
  freeze('sandbox'),
  ...links,
  diskFull,
  diskRefuses,
  diskReadOnly,
  damaged('header'),
  damaged('truncated'),
  damaged('flipped'),
  serialUnplugged,
  busHangsUp,
  misbehaves('silent', () => ({ kind: 'silent' }), 'is silent'),
  misbehaves('late', late, 'answers too late'),
  misbehaves('wrong-unit', () => ({ kind: 'wrong-unit' }), 'answers as another unit'),
  misbehaves('wrong-transaction', () => ({ kind: 'wrong-check' }), 'answers another transaction'),
  misbehaves('exception', () => ({ kind: 'exception', code: 4 }), 'answers exception 4'),
  lineMisbehaves('silent', { kind: 'silent' }, 'is silent'),
  lineMisbehaves('wrong-crc', { kind: 'wrong-check' }, 'answers with a wrong CRC'),
  lineMisbehaves('wrong-unit', { kind: 'wrong-unit' }, 'answers as another unit'),
  lineMisbehaves('short', { kind: 'short' }, 'answers half a frame'),
  lineMisbehaves('late', { kind: 'late', byMs: 1500 }, 'answers too late'),
  clockJump,
];

export function faultNamed(name: string): Fault {
  const found = faults.find((fault) => fault.name === name);
  if (!found) throw new RangeError(`no fault ${name}`);
  return found;
}
