import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deviceProfileJsonSchema } from './format/json-schema.ts';
import { profileLibrary } from './load/library.ts';
import { examineProfile, loadProfile } from './load/parse.ts';
import { runVectors } from './vectors/run.ts';

const library = profileLibrary();
const cases = fileURLToPath(new URL('../testcases', import.meta.url));
const schemaFile = new URL('../schema/device-profile.v1.schema.json', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, discriminator: true, allowUnionTypes: true });
const published = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

test.each(library.ids())('%s is without faults, stands under its id, and decodes its vectors', (id) => {
  const text = readFileSync(library.fileOf(id), 'utf8');
  expect(examineProfile(text, id).faults).toEqual([]);
  expect(published(parse(text)), ajv.errorsText(published.errors)).toBe(true);
  const profile = library.find(id);
  expect(profile.id).toBe(id);
  const results = runVectors(profile);
  expect(results.length).toBeGreaterThan(0);
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
});

test.each(readdirSync(cases))('golden case %s decodes as written', (name) => {
  const profile = loadProfile(`${cases}/${name}/profile.yaml`);
  expect(runVectors(profile).flatMap(({ failures }) => failures)).toEqual([]);
});

test('a vector with another value fails and says what came instead', () => {
  const text = readFileSync(library.fileOf('dfrobot/sen0492'), 'utf8').replace(
    'distance: 1803',
    'distance: 1804',
  );
  const { profile } = examineProfile(text, 'sen0492');
  expect(runVectors(profile!)[0]?.failures).toEqual(['distance: expected 1804, got 1803']);
});

test('a vector of function 23 that is not read back as it was written fails', () => {
  const file = `${cases}/read-back-fc23/profile.yaml`;
  const text = readFileSync(file, 'utf8').replace('01 17 02 00 07 FC 76', '01 17 02 00 08 BC 72');
  const { profile } = examineProfile(text, file);
  expect(runVectors(profile!)[0]?.failures).toEqual([expect.stringContaining('does not echo')]);
});

test('a 64-bit integer is a bigint only where a number is not exact', () => {
  const profile = loadProfile(`${cases}/word-orders-64/profile.yaml`);
  expect(runVectors(profile)[1]?.failures).toEqual([]);
});

test('the published JSON Schema is the one that the loader uses', () => {
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(deviceProfileJsonSchema());
});

test.each([
  ['an unknown key', (text: string) => `${text}\ncolour: red\n`],
  ['a wrong format', (text: string) => text.replace('format: 1', 'format: 2')],
  ['an unknown transport', (text: string) => text.replace('transport: modbus', 'transport: can')],
  ['a metric without a label', (text: string) => text.replace(/\n {4}label: .*/, '')],
  ['an unknown type', (text: string) => text.replace('type: float32', 'type: float23')],
  ['a broken signal', (text: string) => text.replace('kind: daily', 'kind: weekly')],
])('loader and published schema both refuse %s', (_, spoil) => {
  const text = spoil(readFileSync(library.fileOf('eastron/sdm120'), 'utf8'));
  expect(published(parse(text))).toBe(false);
  expect(examineProfile(text, 'spoilt').profile).toBeUndefined();
});
