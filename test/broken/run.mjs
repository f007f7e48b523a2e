// npm run test:broken           breaks each behaviour that field work depends on, and sees its test fail
// npm run test:broken -- WORD   those whose test has the word in its name
// It works on a copy of the committed tree, one edit at a time; a test that passes all the same is no test.
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
  for (const [index, { test, file, find, replace, suite, build = false }] of chosen.entries()) {
    const at = join(copy, file);
    const right = readFileSync(at, 'utf8');
    const label = `${index + 1} of ${chosen.length}: ${test}`;
    if (right.split(find).length !== 2) {
      failures.push(test);
      console.log(`${label}: NOT TRIED, ${file} has the text to break ${right.split(find).length - 1} times`);
      continue;
    }
    writeFileSync(
      at,
      right.replace(find, () => replace),
    );
    if (build) run('npx', ['tsc', '-b', file.split('/')[0]]);
    const broken = vitest(suite, test);
    writeFileSync(at, right);
    if (build) run('npx', ['tsc', '-b', file.split('/')[0]]);
    const caught = broken.failed > 0;
    if (!caught) failures.push(test);
    console.log(
      `${label}: ${caught ? 'fails when broken' : broken.passed > 0 ? 'PASSES ALTHOUGH BROKEN' : 'NO SUCH TEST RAN'}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && chosen.length > 0 ? 0 : 1);

/** Tests by name in one file. The name is a pattern to vitest. */
function vitest(suite, test) {
  const pattern = test.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  const results = join(copy, 'results.json');
  rmSync(results, { force: true });
  run('npx', ['vitest', 'run', suite, '-t', pattern, '--reporter=json', `--outputFile=${results}`]);
  if (!existsSync(results)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  return {
    passed: numPassedTests,
    failed: numFailedTests + (numPassedTests === 0 ? numFailedTestSuites : 0),
  };
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
