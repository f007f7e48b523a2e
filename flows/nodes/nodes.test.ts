import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = import.meta.dirname;
const read = (path: string) => readFileSync(join(home, path), 'utf8');
const languages = ['en-US', 'ro'];
const { 'node-red': module } = JSON.parse(read('../package.json')) as {
  'node-red': { nodes: Record<string, string> };
};
const names = Object.keys(module.nodes);

function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => keysOf(child, path === '' ? key : `${path}.${key}`));
}
const catalogue = (language: string, name: string) =>
  keysOf(JSON.parse(read(`locales/${language}/${name}.json`))).sort();

test('every node file is listed', () => {
  const files = readdirSync(home).filter((file) => file.endsWith('.cjs'));
  expect(Object.values(module.nodes).sort()).toEqual(files.map((file) => `nodes/${file}`).sort());
});

test.each(names)('%s speaks both languages, and every text that its form asks for is there', (name) => {
  expect(catalogue('ro', name)).toEqual(catalogue('en-US', name));
  const html = read(`${name}.html`);
  const asked = [...html.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"|this\._\('([\w.-]+)'\)/g)]
    .map(([, attribute, call]) => attribute ?? call ?? '')
    .filter((key) => !key.startsWith('node-red:'));
  expect(asked.length).toBeGreaterThan(0);
  for (const key of asked) expect(catalogue('en-US', name)).toContain(key);
});

test.each(names)('%s has help in both languages, and its icon exists', (name) => {
  const type = /registerType\('([^']+)'/.exec(read(`${name}.html`))?.[1];
  for (const language of languages) {
    expect(read(`locales/${language}/${name}.html`)).toContain(`data-help-name="${type}"`);
  }
  const icon = /icon: '([^']+)'/.exec(read(`${name}.html`))?.[1];
  if (icon !== undefined) expect(existsSync(join(home, 'icons', icon))).toBe(true);
});

test('Romanian is written with comma-below letters', () => {
  for (const file of readdirSync(join(home, 'locales/ro')))
    expect(read(`locales/ro/${file}`)).not.toMatch(/[şţŞŢ]/);
});
