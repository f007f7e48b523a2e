import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statusParts, troubledParts } from '../testing/status-parts.ts';
import { gatherStatus } from './gather.ts';
import { families } from './prometheus/families.ts';
import { alarmCodes } from './status.ts';

const text = readFileSync(new URL('../../../docs/reference/gateway-status.md', import.meta.url), 'utf8');

/** First cells and what stands behind them, of the table under a heading. */
function table(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|$/g, '').trim()));
}

/** Paths of everything in a status that is not an object. */
function paths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    const objects = value.filter((item) => typeof item === 'object');
    return objects.length > 0 ? objects.flatMap((item) => paths(item, `${path}[]`)) : [path];
  }
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    path.endsWith('.badReasons') ? [`${path}.*`] : paths(inner, path === '' ? key : `${path}.${key}`),
  );
}

test('docs/reference/gateway-status.md lists every metric with its type and meaning, and no other', () => {
  const documented = table('Metrics').map(([name, type, , help]) => [name, type, help]);
  expect(documented).toEqual(families.map(({ name, type, help }) => [`\`${name}\``, type, help]));
});

test('... and every label that a metric has', () => {
  const status = gatherStatus(troubledParts());
  const well = gatherStatus(statusParts());
  const labels = new Map(table('Metrics').map(([name, , list]) => [name, list]));
  for (const { name, samples } of families) {
    const sample = [...samples(well), ...samples(status)][0];
    const found = Object.keys(sample?.labels ?? {}).join(', ');
    expect([name, labels.get(`\`${name}\``)]).toEqual([name, found]);
  }
});

test('... and every key of /health', () => {
  const lost = { ...statusParts().clock, lostAt: 1 };
  const all = [statusParts({ clock: lost }), troubledParts()].flatMap((parts) => paths(gatherStatus(parts)));
  // An empty list has no keys; HttpStatus adds those of the tail.
  const found = new Set([...all, 'tail.clients', 'tail.dropped']);
  found.delete('alarms');
  const documented = table('Keys of /health').map(([key]) => key?.replaceAll('`', ''));
  expect(documented.toSorted()).toEqual([...found].toSorted());
});

test('... and every alarm, the gravest first', () => {
  expect(table('Alarms').map(([code]) => code)).toEqual(alarmCodes.map((code) => `\`${code}\``));
});
