import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@city-testbed/runtime';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../fixtures/process.ts';
import { City } from './city.ts';
import { faultNamed, whyNot } from './faults.ts';
import { missing } from './needs.ts';
import { GATEWAY_MEMORY_LIMIT, settle } from './settle.ts';

// Each fault alone on one running city, a few seconds each; `npm run faults` mixes them for as long as one likes.

/** Seconds that a fault lasts here; what needs longer to show has its own. */
const HOLD_MS = 2000;

let city: City;
let gapsFrom = 0;
let failed = false;

beforeAll(async () => {
  city = await City.create({ clock: !missing.faketime });
  await city.start();
  gapsFrom = Date.now();
});

afterEach((context) => {
  failed ||= context.task.result?.state === 'fail';
});

afterAll(async () => {
  city.dump();
  await city.stop();
  if (failed) console.log(`kept: ${city.folder} (logs, databases, truth.json)`);
  else rmSync(city.folder, { recursive: true, force: true });
});

async function everythingIsStored(): Promise<void> {
  const { failure } = await settle(city, gapsFrom, 60_000);
  expect(failure).toBeUndefined();
  expect(city.surprises).toEqual([]);
}

async function carryOut(name: string, holdMs: number, seed = 7): Promise<void> {
  const injection = faultNamed(name).draw(seededRandom(seed));
  await injection.inject(city);
  await sleep(Math.min(holdMs, injection.holdMs));
  await injection.heal(city);
}

/** One fault, healed, and every reading in the store exactly once. */
function alone(name: string, holdMs = HOLD_MS): void {
  const why = whyNot(faultNamed(name));
  test.skipIf(why)(`every reading is stored exactly once: ${name} ${why ?? ''}`, async () => {
    await carryOut(name, holdMs);
    await everythingIsStored();
  });
}

alone('gateway-killed', 500);
alone('gateway-restarted');
alone('gateway-frozen');
alone('broker-killed');
alone('broker-frozen');
alone('sandbox-long-gone', 4000);
alone('uplink-cut');
alone('uplink-half-open');
alone('uplink-slow');
alone('uplink-reset');
alone('host-link-half-open');
alone('host-link-reset');
alone('disk-full');
alone('disk-refuses');
alone('outbox-header');
alone('outbox-truncated');
alone('serial-unplugged', 1000);
alone('line-wrong-crc');
alone('clock-jump');

test('devices that are silent, late and wrong cost their seventeen neighbours nothing', async () => {
  await Promise.all(
    ['device-silent', 'device-late', 'device-wrong-unit'].map((name, seed) => carryOut(name, 3000, seed)),
  );
  await everythingIsStored();
});

const noBoots = missing.faketime ?? missing.mounts;
test.skipIf(noBoots)(
  `readings of a boot without the time get it once the clock is set ${noBoots ?? ''}`,
  async () => {
    await city.stopGateway();
    const clock = city.clock!;
    // The box wakes up in the past, and nobody has told it the time.
    clock.reboot();
    clock.set(-400 * 24 * 3_600_000);
    await city.startGateway('ntp');
    const held = await eventually('readings are held back', async () => {
      const status = await city.gatewayStatus();
      return status && status.outbox.rows > 20 ? status.outbox.rows : undefined;
    });
    expect(held).toBeGreaterThan(20);
    clock.set(0);
    clock.synchronised();
    await everythingIsStored();
  },
);

test('the memory of the gateway stayed within its bound', () => {
  expect(city.maxResident.get('gateway') ?? 0).toBeLessThan(GATEWAY_MEMORY_LIMIT);
});
