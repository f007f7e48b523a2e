import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { parseConfig, section } from './config.ts';
import { faultsOf } from './index.ts';

const schema = section({
  http: section({
    port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'TCP port' }),
    bodyLimit: Type.Integer({ default: 1000 }),
  }),
  name: Type.String({ minLength: 1 }),
});
const source = { schema, file: 'test.yaml', envPrefix: 'CITY_TEST' };

function faultPaths(text: string): string[] {
  try {
    parseConfig({ ...source, text });
    return [];
  } catch (error) {
    return faultsOf(error).map(({ path }) => path);
  }
}

test('defaults fill what is left out, and the result is frozen', () => {
  const config = parseConfig({ ...source, text: 'name: a' });
  expect(config).toEqual({ http: { port: 8080, bodyLimit: 1000 }, name: 'a' });
  expect(Object.isFrozen(config.http)).toBe(true);
});

test('the environment overrides the file, converted to the type', () => {
  const env = { CITY_TEST__HTTP__PORT: '81', CITY_TEST__HTTP__BODY_LIMIT: '5', OTHER: 'x' };
  expect(parseConfig({ ...source, env, text: 'name: a' }).http).toEqual({ port: 81, bodyLimit: 5 });
});

test('every fault is reported at once, unknown keys among them', () => {
  expect(faultPaths('http: { port: 99999, prot: 1 }\nnmae: x')).toEqual(
    expect.arrayContaining(['http.port', 'http.prot', 'nmae', 'name']),
  );
});

test('broken YAML names the line', () => {
  expect(() => parseConfig({ ...source, text: 'name: [a' })).toThrow(/CONFIG|YAML/);
});
