import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileLibrary, type ModbusProfile, type ReadRequest } from '@city-testbed/device-profiles';
import { registers } from '../../testing/profiles.ts';
import { ReadPlan } from './read-plan.ts';

const HOUR = 3_600_000;

function profileOf(addresses: readonly number[], extra = ''): ModbusProfile {
  const profile = registers(addresses, extra);
  if (profile.transport !== 'modbus') throw new Error(profile.transport);
  return profile;
}

/** One poll of a device that refuses every read that touches a missing register; counts its requests. */
function poll(plan: ReadPlan, missing: ReadonlySet<number>, now: number): { good: string[]; asked: number } {
  const good: string[] = [];
  let asked = 0;
  const queue: ReadRequest[] = [...plan.begin(now)];
  for (let read = queue.shift(); read; read = queue.shift()) {
    asked += 1;
    const { address, quantity } = read;
    if ([...missing].some((gone) => gone >= address && gone < address + quantity)) {
      queue.unshift(...(plan.refuse(read, now) ?? []));
    } else {
      plan.answer(read);
      good.push(...read.metrics.map(({ name }) => name));
    }
  }
  plan.end();
  return { good, asked };
}

const sixty = Array.from({ length: 60 }, (_, index) => index);

test('a bad register costs its neighbours nothing: they are read in two requests again, and it in one', () => {
  const profile = profileOf(sixty);
  const plan = new ReadPlan(profile, profile.metrics);
  const missing = new Set([37]);
  expect(poll(plan, missing, 0).asked).toBeGreaterThan(10);
  const second = poll(plan, missing, 1000);
  expect(second.asked).toBe(3);
  expect(second.good).toHaveLength(59);
  expect(poll(plan, missing, 2000).asked).toBe(3);
});

test('after an hour the whole range is tried again, for the device may be another one', () => {
  const profile = profileOf(sixty);
  const plan = new ReadPlan(profile, profile.metrics);
  poll(plan, new Set([37]), 0);
  expect(poll(plan, new Set(), HOUR - 1).asked).toBe(3);
  const fresh = new ReadPlan(profile, profile.metrics);
  poll(fresh, new Set([37, 38]), 0);
  expect(poll(fresh, new Set([37, 38]), HOUR - 1).asked).toBe(4);
  expect(poll(fresh, new Set(), HOUR).asked).toBe(1);
});

test('a second register that goes bad later is worked around, too', () => {
  const profile = profileOf(sixty);
  const plan = new ReadPlan(profile, profile.metrics);
  poll(plan, new Set([37]), 0);
  poll(plan, new Set([37]), 1000);
  poll(plan, new Set([37, 50]), 2000);
  expect(poll(plan, new Set([37, 50]), 3000)).toMatchObject({ asked: 5 });
});

test('a metric that was refused and is answered again brings the whole range back at once', () => {
  const profile = profileOf(sixty);
  const plan = new ReadPlan(profile, profile.metrics);
  poll(plan, new Set(sixty), 0); // a device that is still starting
  expect(poll(plan, new Set(sixty), 1000).asked).toBe(60);
  expect(poll(plan, new Set(), 2000).good).toHaveLength(60);
  expect(poll(plan, new Set(), 3000).asked).toBe(1);
});

test('a device that takes fewer registers than its profile says is found out once, not in each poll', () => {
  const profile = profileOf(sixty);
  const plan = new ReadPlan(profile, profile.metrics);
  const most = 8;
  const asked = (now: number): number => {
    let count = 0;
    const queue: ReadRequest[] = [...plan.begin(now)];
    for (let read = queue.shift(); read; read = queue.shift()) {
      count += 1;
      if (read.quantity > most) queue.unshift(...(plan.refuse(read, now) ?? []));
      else plan.answer(read);
    }
    plan.end();
    return count;
  };
  asked(0);
  asked(1000);
  expect(asked(2000)).toBeLessThanOrEqual(9);
  expect(asked(3000)).toBe(asked(4000));
});

test('a gap that cannot be read is not read across again', () => {
  const profile = profileOf([0, 1, 3, 4, 5], 'quirks: { maxGap: 5 }');
  const plan = new ReadPlan(profile, profile.metrics);
  const missing = new Set([2]);
  expect(poll(plan, missing, 0).good).toHaveLength(5);
  expect(poll(plan, missing, 1000)).toMatchObject({ asked: 2 });
});

test('a device that wants each value alone is never asked for two', () => {
  const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
  const alone = { ...profile, quirks: { ...profile.quirks, alone: true } };
  const plan = new ReadPlan(alone, alone.metrics);
  expect(plan.begin(0)).toHaveLength(alone.metrics.length);
  plan.refuse(plan.begin(0)[0]!, 0);
  plan.end();
  expect(plan.begin(0)).toHaveLength(alone.metrics.length);
});

test('whatever is missing: every good metric is read in each poll, and a settled poll asks no more than it must', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 40 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 10 }),
      (addresses, gone, maxGap) => {
        const missing = new Set(gone);
        const profile = profileOf(addresses, `quirks: { maxGap: ${String(maxGap)} }`);
        const plan = new ReadPlan(profile, profile.metrics);
        const wanted = profile.metrics
          .filter(({ register }) => !missing.has(register.address))
          .map(({ name }) => name)
          .sort();
        for (let now = 0; now < 4; now++) expect(poll(plan, missing, now).good.sort()).toEqual(wanted);
        const settled = poll(plan, missing, 4);
        expect(settled.asked).toBe(poll(plan, missing, 5).asked);
        expect(settled.asked).toBeLessThanOrEqual(addresses.length);
      },
    ),
    { numRuns: 60 },
  );
});
