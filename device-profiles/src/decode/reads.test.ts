import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModbusMetric, ModbusQuirks } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import { profileLibrary } from '../load/library.ts';
import { decodeRead, mergeReads, planReads, planWrite, splitRead } from './reads.ts';
import { registerCount } from './registers.ts';

const sdm120 = modbus('eastron/sdm120');
const relay = modbus('waveshare/modbus-relay');

function modbus(id: string): ModbusProfile {
  const profile = profileLibrary().find(id);
  if (profile.transport !== 'modbus') throw new Error(`${id} is no modbus profile`);
  return profile;
}

function withQuirks(profile: ModbusProfile, quirks: Partial<ModbusQuirks>): ModbusProfile {
  return { ...profile, quirks: { ...profile.quirks, ...quirks } };
}

const shapes = (profile: ModbusProfile): [number, number, number][] =>
  planReads(profile).map(({ functionCode, address, quantity }) => [functionCode, address, quantity]);

test('neighbours are merged across gaps that the profile allows, and no further', () => {
  expect(shapes(sdm120)).toEqual([
    [4, 0, 0x4c],
    [4, 0x156, 2],
  ]);
  expect(shapes(withQuirks(sdm120, { maxGap: 0 }))).toHaveLength(9 - 1);
  expect(shapes(withQuirks(sdm120, { alone: true }))).toHaveLength(10);
  expect(shapes(withQuirks(sdm120, { maxRegisters: 8, maxGap: 4 }))).toContainEqual([4, 0, 8]);
  expect(shapes(relay)).toEqual([[1, 0, 8]]);
});

test('whatever the map, each metric is read once, within 125 registers and the limits of the device', () => {
  const metricsOf = (addresses: readonly number[]): ModbusMetric[] =>
    addresses.map((address, at) => ({
      ...sdm120.metrics[0]!,
      name: `m${at}`,
      register: { table: at % 3 === 0 ? 'holding' : 'input', address: address * 2, type: 'float32' },
    }));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 125 }),
      fc.integer({ min: 0, max: 124 }),
      (addresses, maxRegisters, maxGap) => {
        const profile = withQuirks({ ...sdm120, metrics: metricsOf(addresses) }, { maxRegisters, maxGap });
        const reads = planReads(profile);
        expect(reads.flatMap(({ metrics }) => metrics.map(({ name }) => name)).sort()).toEqual(
          profile.metrics.map(({ name }) => name).sort(),
        );
        for (const { quantity, address, metrics, table } of reads) {
          expect(quantity).toBeLessThanOrEqual(maxRegisters);
          for (const metric of metrics) {
            expect(metric.register.table).toBe(table);
            expect(metric.register.address).toBeGreaterThanOrEqual(address);
            expect(metric.register.address + registerCount(metric)).toBeLessThanOrEqual(address + quantity);
          }
        }
      },
    ),
  );
});

test('a refused read is halved until the bad metric stands alone', () => {
  const [whole] = planReads(sdm120);
  const halves = splitRead(whole!)!;
  expect(halves.map(({ metrics }) => metrics.length)).toEqual([5, 4]);
  expect(halves[1].address).toBe(halves[1].metrics[0]!.register.address);
  expect(splitRead(planReads(sdm120, [sdm120.metrics[0]!])[0]!)).toBeUndefined();
});

test('a short answer costs only the metrics that it lacks', () => {
  const read = planReads(sdm120)[0]!;
  const values = decodeRead(read, [0x4366, 0x3334]);
  expect(values[0]).toMatchObject({ metric: 'voltage', result: { ok: true } });
  expect(values[1]).toEqual({ metric: 'current', result: { ok: false, reason: 'too_short' } });
});

test('writes use the single functions unless the device wants the multiple ones', () => {
  const channel = relay.metrics[2]!;
  const plan = planWrite(relay, channel, true);
  expect(plan).toEqual({ ok: true, request: { functionCode: 5, address: 2, values: [1] } });
  const multiple = planWrite(withQuirks(relay, { writeMultiple: true }), channel, false);
  expect(multiple).toEqual({ ok: true, request: { functionCode: 15, address: 2, values: [0] } });
  expect(planWrite(sdm120, sdm120.metrics[0]!, 1)).toEqual({ ok: false, reason: 'read_only' });
});

test('a register is written and read back with FC23 where the profile says so; a coil never is', () => {
  const [channel] = relay.metrics;
  const holding: ModbusMetric = {
    ...sdm120.metrics[0]!,
    access: 'rw',
    register: { table: 'holding', address: 9, type: 'uint16' },
  };
  const profile = withQuirks(sdm120, { readBack: 'fc23' });
  expect(planWrite(profile, holding, 7)).toEqual({
    ok: true,
    request: { functionCode: 23, address: 9, values: [7] },
  });
  expect(planWrite(withQuirks(relay, { readBack: 'fc23' }), channel!, true)).toMatchObject({
    request: { functionCode: 5 },
  });
});

test('two reads are merged only where the quirks allow it, and never over what the device refused', () => {
  const metricAt = (address: number): ModbusMetric => ({
    ...sdm120.metrics[0]!,
    name: `m${address}`,
    register: { table: 'holding', address, type: 'uint16' },
  });
  const read = (...addresses: number[]) => planReads({ ...sdm120, metrics: addresses.map(metricAt) })[0]!;
  const profile = withQuirks(sdm120, { maxGap: 1, maxRegisters: 5 });
  const merged = mergeReads(profile, read(0, 1), read(3, 4), []);
  expect(merged).toMatchObject({ functionCode: 3, address: 0, quantity: 5 });
  expect(mergeReads(profile, read(0, 1), read(3, 5), [])).toBeUndefined(); // six registers
  expect(mergeReads(profile, read(0, 1), read(4), [])).toBeUndefined(); // a gap of two
  expect(mergeReads(withQuirks(profile, { alone: true }), read(0), read(1), [])).toBeUndefined();
  expect(mergeReads(profile, read(0, 1), read(3, 4), [read(1, 3)])).toBeUndefined();
  expect(mergeReads(profile, read(0, 1), read(3, 4), [read(4, 5)])).toBeDefined();
});

test('bits are merged up to 2000, registers up to 125, whatever the gap', () => {
  const at = (table: 'coil' | 'holding', address: number): ModbusMetric => ({
    ...relay.metrics[0]!,
    name: `m${address}`,
    register: { table, address, type: table === 'coil' ? 'bool' : 'uint16' },
  });
  const quantities = (table: 'coil' | 'holding', count: number): number[] =>
    planReads({
      ...relay,
      metrics: Array.from({ length: count }, (_, index) => at(table, index)),
      quirks: { ...relay.quirks, maxBits: 2000, maxRegisters: 125 },
    }).map(({ quantity }) => quantity);
  expect(quantities('coil', 4001)).toEqual([2000, 2000, 1]);
  expect(quantities('holding', 251)).toEqual([125, 125, 1]);
});
