import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reference/field-requirements.md'), 'utf8');

interface FieldTest {
  /** As the source has it: `%s` stands where a table of cases puts a word. */
  readonly name: string;
  /** From the root of the tree. */
  readonly file: string;
}

const folders = ['runtime', 'sparkplug', 'device-profiles', 'gateway', 'broker', 'sandbox', 'flows', 'test'];
const written: readonly FieldTest[] = folders.flatMap(suitesIn).flatMap((file) => {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\(\s*(['"`])(field: .+?)\1,/g)].map(([, , name = '']) => ({ name, file }));
});
const documented: readonly FieldTest[] = [
  ...page.matchAll(/^\|[^|]*\| `(field: [^`]+)` +\| \[(\S+)\]\(\.\.\/\.\.\/\2\) +\|$/gm),
].map(([, name = '', file = '']) => ({ name, file }));

test('docs/reference/field-requirements.md has every test that begins with "field: ", in its file, and no other', () => {
  expect(written.length).toBeGreaterThan(0);
  expect(lines(documented)).toEqual(lines(written));
  // The heading, the line below it, and no row that was not understood.
  expect(page.match(/^\|/gm)).toHaveLength(documented.length + 2);
});

test('every test that begins with "field: " has a behaviour that test/broken breaks on purpose', async () => {
  const { edits } = (await import(join(root, 'test/broken/edits.mjs'))) as {
    edits: readonly { readonly test: string; readonly suite: string }[];
  };
  const stands = (edit: (typeof edits)[number], { name, file }: FieldTest): boolean =>
    edit.suite === file && isCaseOf(edit.test, name);
  expect(written.filter((each) => !edits.some((edit) => stands(edit, each)))).toEqual([]);
  expect(edits.filter((edit) => !written.some((each) => stands(edit, each)))).toEqual([]);
});

function suitesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : suitesIn(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

function lines(tests: readonly FieldTest[]): string[] {
  return tests.map(({ name, file }) => `${name} | ${file}`).toSorted();
}

/** Whether a table named so has a case of that name, as far as its name tells. */
function isCaseOf(given: string, name: string): boolean {
  const [before = '', after = ''] = name.split('%s');
  return name.includes('%s') ? given.startsWith(before) && given.endsWith(after) : given === name;
}
