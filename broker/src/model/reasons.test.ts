import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reasons } from './reasons.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the README has every reason with its meaning, and no other', () => {
  const rows = [...readme.matchAll(/^\| `([a-z_]+)` +\| (?:refused|cut|dropped)[^|]*\| (.*?) +\|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(reasons);
});
