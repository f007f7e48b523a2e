// npm run test:broken           breaks each behaviour that field work depends on, and sees its test fail
// npm run test:broken -- WORD   those whose test has the word in its name
// It works on a copy of the committed tree, one edit at a time; a test that passes all the same is no test. Nor does one
// count that fails in the copy as it is, or a suite that cannot be loaded any more.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { edits } from './edits.mjs';

const root = resolve(import.meta.dirname, '../..');
const word = process.argv[2] ?? '';
const chosen = edits.filter(({ test }) => test.includes(word));
const copy = mkdtempSync(join(tmpdir(), 'city-broken-'));
const failures = [];
try {
  execFileSync('git', ['clone', '-q', root, copy]);
  linkModules();
  run('node', ['build.mjs']);
  const whole = vitest([...new Set(chosen.map(({ suite }) => suite))], 'field: ');
  for (const [index, { test, file, find, replace, suite, build = false }] of chosen.entries()) {
    const at = join(copy, file);
    const right = readFileSync(at, 'utf8');
    const label = `${index + 1} of ${chosen.length}: ${test}`;
    if (right.split(find).length !== 2) {
      failures.push(test);
      console.log(`${label}: NOT TRIED, ${file} has the text to break ${right.split(find).length - 1} times`);
      continue;
    }
    if (verdict(whole, suite, test) !== 'passes') {
      failures.push(test);
      console.log(`${label}: NOT TRIED, unbroken: ${verdict(whole, suite, test)}`);
      continue;
    }
    writeFileSync(
      at,
      right.replace(find, () => replace),
    );
    if (build) run('npx', ['tsc', '-b', file.split('/')[0]]);
    const broken = verdict(vitest([suite], test), suite, test);
    writeFileSync(at, right);
    if (build) run('npx', ['tsc', '-b', file.split('/')[0]]);
    const caught = broken.startsWith('fails');
    if (!caught) failures.push(test);
    console.log(
      `${label}: ${caught ? broken.replace('fails', 'fails when broken') : `BROKEN, IT ${broken}`}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && chosen.length > 0 ? 0 : 1);

/** Runs the tests whose name has `test` in it. Gives what vitest's JSON report says of each suite. */
function vitest(suites, test) {
  const pattern = test.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  const results = join(copy, 'results.json');
  rmSync(results, { force: true });
  run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...suites,
    '-t',
    pattern,
    '--reporter=json',
    `--outputFile=${results}`,
  ]);
  return existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')).testResults : [];
}

/** `passes`, `fails: WHY`, or why that cannot be said. A test that stands in several tables fails if one of them does. */
function verdict(results, suite, test) {
  const found = results.find(({ name }) => name.endsWith(`/${suite}`));
  if (!found) return 'DID NOT RUN OR NEVER ENDED';
  const tests = found.assertionResults.filter(({ title }) => title.includes(test));
  const failed = tests.find(({ status }) => status === 'failed');
  // Vitest's JSON has no words for a test that took too long, but the place holder of its stack.
  if (failed)
    return `fails: ${
      failed.failureMessages[0]
        ?.split('\n')[0]
        .slice(0, 120)
        .replace(/^Error: STACK_TRACE_ERROR$/, 'it timed out') ?? ''
    }`;
  if (tests.some(({ status }) => status === 'passed')) return 'passes';
  return tests.length > 0 ? 'WAS SKIPPED' : `CANNOT BE FOUND: ${found.message.split('\n')[0]}`;
}

/** A broken test may fail by never ending. */
function run(command, args) {
  return spawnSync(command, args, { cwd: copy, stdio: 'ignore', timeout: 180_000, killSignal: 'SIGKILL' });
}

/** The installed packages of the tree, those of the project itself being the copy's. */
function linkModules() {
  const from = join(root, 'node_modules');
  execFileSync('cp', ['-al', from, join(copy, 'node_modules')]);
  for (const name of readdirSync(root, { withFileTypes: true })) {
    const own = join(root, name.name, 'node_modules');
    if (name.isDirectory() && name.name !== 'node_modules' && existsSync(own)) {
      symlinkSync(own, join(copy, name.name, 'node_modules'));
    }
  }
}
