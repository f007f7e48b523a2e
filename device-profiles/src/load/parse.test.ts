import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@city-testbed/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { bundledProfilesDir, profileLibrary } from './library.ts';
import { examineProfile, loadProfile, parseProfile, profileFaults } from './parse.ts';

const sdm120 = readFileSync(profileLibrary().fileOf('eastron/sdm120'), 'utf8');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const metric = (name: string, register: object, more: object = {}): object => ({
  name,
  label: { en: name, ro: name },
  unit: 'V',
  datatype: 'Double',
  register: { table: 'holding', type: 'uint16', ...register },
  ...more,
});
const profile = (metrics: readonly object[], more: object = {}): string =>
  stringify({
    format: 1,
    id: 'test/device',
    vendor: 'Test',
    model: 'Device',
    description: { en: 'A device', ro: 'Un dispozitiv' },
    sources: [{ title: 'made for this test' }],
    transport: 'modbus',
    metrics,
    ...more,
  });

function faultPaths(text: string): string[] {
  try {
    parseProfile(text, 'test.yaml');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    expect(error.code).toBe('PROFILE_INVALID');
    return profileFaults(error).map(({ path }) => path);
  }
  return [];
}

test('defaults are filled in and the profile is frozen', () => {
  const loaded = parseProfile(profile([metric('voltage', { address: 7 })]), 'test.yaml');
  if (loaded.transport !== 'modbus') throw new Error(loaded.transport);
  expect(loaded.connection).toEqual({
    unitId: 1,
    timeoutMs: 1000,
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  });
  expect(loaded.quirks).toMatchObject({ maxRegisters: 125, maxGap: 0, alone: false });
  expect(loaded.metrics[0]).toMatchObject({ access: 'ro', intervalMs: 10_000 });
  expect(() => {
    (loaded as { vendor: string }).vendor = 'other';
  }).toThrow(TypeError);
});

test('every fault is named at once, with its path, what was found, what is allowed, and its line', () => {
  const text = profile(
    [
      metric('voltage', { address: 10, type: 'float32', order: 'AB' }),
      metric('voltage', { address: 11 }),
      metric('current', { address: 65535, type: 'uint32' }, { min: 5, max: 1 }),
      metric('power', { address: 100, type: 'float23' }),
      metric('energy', { address: 200, colour: 'red' }, { unit: undefined }),
      metric('name', { address: 300, type: 'string', length: 126 }, { datatype: 'String', unit: undefined }),
      metric('bit', { address: 400, bit: 10.1 }, { datatype: 'Boolean', unit: undefined }),
    ],
    { vendro: 'Test', quirks: { maxRegisters: 200 } },
  );
  expect(new Set(faultPaths(text))).toEqual(
    new Set([
      'vendro',
      'metrics.0.register.order',
      'metrics.1.name',
      'metrics.1.register.address',
      'metrics.2.register.address',
      'metrics.2.min',
      'metrics.3.register.type',
      'metrics.4.register.colour',
      'metrics.4.unit',
      'metrics.5.register.length',
      'metrics.6.register.bit',
      'quirks.maxRegisters',
    ]),
  );
});

test('a fault points at its line and says what is allowed', () => {
  const { faults } = examineProfile(sdm120.replace('order: ABCD', 'order: ACBD'), 'sdm120.yaml');
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ path: 'metrics.0.register.order', found: '"ACBD"' });
  expect(faults[0]?.allowed).toContain('CDAB');
  expect(sdm120.split('\n')[(faults[0]?.line ?? 0) - 1]).toContain('order');
});

test('a wrong CRC in a vector is named with the right one', () => {
  const { faults } = examineProfile(sdm120.replace('1B 38', '1B 39'), 'sdm120.yaml');
  expect(faults).toEqual([
    expect.objectContaining({
      path: 'tests.0.response',
      found: 'CRC 1B 39',
      allowed: 'CRC 1B 38 for these bytes',
    }),
  ]);
});

test('a wrong checksum in a frame or a line is named', () => {
  const library = profileLibrary();
  const pms = readFileSync(library.fileOf('plantower/pms5003'), 'utf8');
  const frame = examineProfile(pms.replace('02 C2', '02 C3'), 'pms.yaml').faults;
  expect(frame).toEqual([expect.objectContaining({ path: 'tests.0.input' })]);
  const gps = readFileSync(library.fileOf('nmea/gps-receiver'), 'utf8');
  const line = examineProfile(gps.replace('*47', '*46'), 'gps.yaml').faults;
  expect(line).toEqual([expect.objectContaining({ path: 'tests.0.input' })]);
});

test('two metrics may share a register bit by bit, but not the same bits', () => {
  const flag = (name: string, bit: number): object =>
    metric(name, { address: 1, bit }, { datatype: 'Boolean', unit: undefined });
  expect(faultPaths(profile([flag('a', 0), flag('b', 1)]))).toEqual([]);
  expect(faultPaths(profile([flag('a', 3), flag('b', 3)]))).toEqual(['metrics.1.register.address']);
});

test('a profile without vectors loads, and the lint says what is missing', () => {
  const text = profile([metric('voltage', { address: 0 })]);
  expect(examineProfile(text, 'test.yaml').faults).toEqual([
    expect.objectContaining({ path: 'tests', severity: 'incomplete' }),
  ]);
  expect(parseProfile(text, 'test.yaml').id).toBe('test/device');
});

test.each([
  ['transport', profile([metric('a', { address: 0 })], { transport: 'can' }), ['transport']],
  ['nothing', '', ['transport']],
  ['a list', '- 1\n- 2\n', ['transport']],
  [
    'an input register that is written',
    profile([metric('a', { address: 0, table: 'input' }, { access: 'rw' })]),
    ['metrics.0.register.table'],
  ],
  ['a negative address', profile([metric('a', { address: -1 })]), ['metrics.0.register.address']],
  [
    'an unknown signal',
    profile([metric('a', { address: 0 })], { simulate: { signals: { b: { kind: 'constant', value: 1 } } } }),
    ['simulate.signals.b'],
  ],
  [
    'a vector of an unknown metric',
    profile([metric('a', { address: 0 })], {
      tests: [{ request: '01 03 00 00 00 01 84 0A', response: '01 03 02 00 01 79 84', expect: { b: 1 } }],
    }),
    ['tests.0.expect.b'],
  ],
])('%s is refused', (_, text, paths) => {
  expect(faultPaths(text)).toEqual(paths);
});

test('text that is no YAML, a key given twice and a swarm of aliases are PROFILE_NOT_YAML', () => {
  const bomb = `a: &a [x, x, x, x, x, x]\n${'bcdefgh'
    .split('')
    .map((key, at) => `${key}: &${key} [${`*${'abcdefg'[at] ?? 'a'}, `.repeat(6)}]`)
    .join('\n')}`;
  for (const text of ['a: [', 'format: 1\nformat: 1\n', bomb]) {
    expect(() => parseProfile(text, 'bad.yaml')).toThrow(
      expect.objectContaining({ code: 'PROFILE_NOT_YAML' }) as Error,
    );
  }
});

test('the library finds by id, a folder of one’s own before the bundled one', () => {
  mkdirSync(join(folder, 'eastron'));
  writeFileSync(join(folder, 'eastron', 'sdm120.yaml'), sdm120.replace('model: SDM120', 'model: Ours'));
  const library = profileLibrary([folder, bundledProfilesDir]);
  expect(library.find('eastron/sdm120').model).toBe('Ours');
  expect(library.find('plantower/pms5003').transport).toBe('serial-frame');
  expect(library.find('eastron/sdm120')).toBe(library.find('eastron/sdm120'));
  expect(() => library.find('eastron/none')).toThrow(/known: .*eastron\/sdm120/);
  writeFileSync(join(folder, 'eastron', 'sdm630.yaml'), sdm120);
  expect(() => profileLibrary([folder]).find('eastron/sdm630')).toThrow(/id: found "eastron\/sdm120"/);
});

test('a file or folder that is not there is PROFILE_UNREADABLE', () => {
  const unreadable = expect.objectContaining({ code: 'PROFILE_UNREADABLE' }) as Error;
  expect(() => loadProfile(join(folder, 'none.yaml'))).toThrow(unreadable);
  expect(() => profileLibrary([join(folder, 'none')])).toThrow(unreadable);
});

test('what one write cannot carry, and a read-back that nothing could use, are faults', () => {
  const text = (length: number, readBack: string): string =>
    profile(
      [
        metric(
          'name',
          { address: 0, type: 'string', length },
          { datatype: 'String', unit: undefined, access: 'rw' },
        ),
      ],
      { quirks: { readBack } },
    );
  expect(faultPaths(text(123, 'none'))).toEqual([]);
  expect(faultPaths(text(124, 'none'))).toEqual(['metrics.0.register.length']);
  expect(faultPaths(text(121, 'fc23'))).toEqual([]);
  expect(faultPaths(text(122, 'fc23'))).toEqual(['metrics.0.register.length']);
  expect(faultPaths(profile([metric('voltage', { address: 7 })], { quirks: { readBack: 'fc23' } }))).toEqual([
    'quirks.readBack',
  ]);
  expect(faultPaths(profile([metric('voltage', { address: 7 })], { quirks: { readBack: 'fc22' } }))).toEqual([
    'quirks.readBack',
  ]);
});
