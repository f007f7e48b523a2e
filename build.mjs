// Builds what is stale: the TypeScript workspaces into */dist and the web UI into sandbox/dist-ui.
//   node build.mjs                 incremental
//   node build.mjs --all           everything anew
//   node build.mjs --if-toolchain  as incremental, but does nothing where the compiler is not installed
//                                  (a gateway alone is installed without development packages)
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const flags = new Set(process.argv.slice(2));

const present = (file) => existsSync(join(root, file));
const has = (name) => {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
};

function run(what, file, args) {
  const started = Date.now();
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`build: ${what} failed`);
    process.exit(status ?? 1);
  }
  const took = Date.now() - started;
  if (took > 3000) console.log(`build: ${what} in ${(took / 1000).toFixed(0)} s`);
}

/** Newest modification time below a folder, in ms since the epoch. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (flags.has('--if-toolchain') && !(has('typescript') && present('sandbox') && present('broker')))
  process.exit(0);

const bin = (pkg, file) => join(dirname(require.resolve(`${pkg}/package.json`)), file);
const tsc = bin('typescript', 'lib/tsc.js');
run('types and code', tsc, ['-b', ...(flags.has('--all') ? ['--force'] : [])]);

const uiSources = ['sandbox/ui', 'sandbox/src/contract'].map((folder) => join(root, folder));
const uiOutput = join(root, 'sandbox/dist-ui/index.html');
const uiStale = () =>
  !existsSync(uiOutput) || Math.max(...uiSources.map(newest)) > statSync(uiOutput).mtimeMs;
if (present('sandbox/ui/vite.config.ts') && (flags.has('--all') || uiStale())) {
  run('web UI', bin('vite', 'bin/vite.js'), [
    'build',
    '--logLevel',
    'warn',
    '--config',
    'sandbox/ui/vite.config.ts',
  ]);
}
