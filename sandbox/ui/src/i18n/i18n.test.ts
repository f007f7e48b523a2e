import { describe, expect, it } from 'vitest';
import { texts as en } from './en/index.ts';
import { texts as ro } from './ro/index.ts';

function flat(node: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, text] of flat(value as object, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}
const plural = /_(zero|one|two|few|many|other)$/;
const stem = (key: string) => key.replace(plural, '');
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const english = flat(en);
const romanian = flat(ro);

// Words that both languages share, product names and units.
const sameInBoth = new Set([
  'device.gateway',
  'device.range1h',
  'pilots.state.live',
  'menu.profile',
  'role.admin',
  'signIn.email',
  'connect.url',
  'results.slots_one',
  'connect.issuedToken',
  'connectors.kind.cloudevents',
  'log.kind.token',
]);

describe('translations', () => {
  it('have the same keys in both languages', () => {
    const stems = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(stem))].sort();
    expect(stems(romanian)).toEqual(stems(english));
  });

  it('have every plural form that the language needs', () => {
    for (const [texts, language] of [
      [english, 'en'],
      [romanian, 'ro'],
    ] as const) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const key of texts.keys()) {
        if (!plural.test(key)) continue;
        for (const form of forms)
          expect(texts.has(`${stem(key)}_${form}`), `${stem(key)}_${form}`).toBe(true);
      }
    }
  });

  it('fill in the same values', () => {
    for (const [key, text] of romanian) {
      const original = english.get(key) ?? english.get(`${stem(key)}_other`);
      expect(placeholders(text), key).toEqual(placeholders(original!));
    }
  });

  it('leave no English in Romanian', () => {
    const copied = [...romanian]
      .filter(
        ([key, text]) => english.get(key) === text && /[a-z]{3}/i.test(text.replace(/\{\{\w+\}\}/g, '')),
      )
      .map(([key]) => key)
      .filter((key) => !sameInBoth.has(key));
    expect(copied).toEqual([]);
  });

  it('write Romanian with comma-below letters, never the cedilla', () => {
    for (const [key, text] of romanian) expect(text, key).not.toMatch(/[şţŞŢ]/u);
  });

  it('write Romanian quotation marks', () => {
    for (const [key, text] of romanian) expect(text, key).not.toMatch(/[“"]/u);
  });
});
