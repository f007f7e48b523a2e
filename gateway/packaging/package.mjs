// Makes the Debian package of the gateway for this machine's architecture, offline, from the tree as it is installed.
//   node packaging/package.mjs [--out DIR] [--system-node] [--keep]
//   --out DIR      where the .deb goes; packaging/out
//   --system-node  without a Node.js of its own: Depends: nodejs (>= 20.19)
//   --level N      of compression, 1 to 9; 6
//   --keep         leaves the folder that the package was made from beside it
// docs/adr/011-gateway-package.md says why it is made so.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  changelogOf,
  controlOf,
  copyrightOf,
  libraryNeeds,
  lintianOverrides,
  manualOf,
  md5sums,
} from './debian.mjs';
import { copyModule, filesBelow, modulesOf, readPackage } from './modules.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const gateway = dirname(here);
const root = dirname(gateway);
const LIB = 'usr/lib/city-gateway';
const DOC = 'usr/share/doc/city-gateway';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: join(here, 'out') },
    'system-node': { type: 'boolean', default: false },
    level: { type: 'string', default: '6' },
    keep: { type: 'boolean', default: false },
  },
});
const started = performance.now();
const run = (command, args, more = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...more }).trim();

if (!existsSync(join(gateway, 'dist/main.js'))) fail('build first: npm run build');
const architecture = tool('dpkg', ['--print-architecture']);
const version = versionOf();
const out = resolve(options.out);
const stage = join(out, 'stage');
rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });

const modules = stageProgram();
stageSystem();
stageDocs();
modes(stage);
stageControl();
const file = join(out, `city-gateway_${version}_${architecture}.deb`);
// gzip and not xz: a box with one slow core unpacks it in seconds, and the build takes seconds too.
run('dpkg-deb', ['--root-owner-group', '-Zgzip', `-z${options.level}`, '--build', stage, file]);
if (!options.keep) rmSync(stage, { recursive: true, force: true });
const size = readFileSync(file).length;
console.log(
  JSON.stringify({
    file,
    version,
    architecture,
    bytes: size,
    modules: modules.length,
    bundledNode: options['system-node'] ? null : process.version,
    seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
  }),
);

/** The program, its modules, and Node.js, below /usr/lib/city-gateway. */
function stageProgram() {
  const lib = join(stage, LIB);
  const target = { platform: process.platform, arch: process.arch };
  const found = modulesOf(gateway);
  copyModule({ from: gateway, name: '@city-testbed/gateway' }, lib, target);
  for (const module of found) copyModule(module, join(lib, module.to), target);
  for (const name of filesBelow(lib)) if (name.endsWith('.node')) strip(join(lib, name));
  if (!options['system-node']) stageNode(join(lib, 'node'));
  const node = options['system-node'] ? '/usr/bin/node' : `/${LIB}/node`;
  write(
    'usr/bin/city-gateway',
    `#!/bin/sh\n# exec: systemd and Ctrl-C speak to the gateway itself.\nexec ${node} /${LIB}/bin/city-gateway.js "$@"\n`,
    0o755,
  );
  return found;
}

/** The Node.js that runs this script: the native modules were compiled for it. */
function stageNode(to) {
  cpSync(process.execPath, to, { dereference: true });
  strip(to);
}

/** Takes out what only a debugger reads. */
function strip(file) {
  try {
    chmodSync(file, 0o755);
    run('strip', ['--strip-unneeded', file]);
  } catch {
    console.error('package: strip is missing (binutils): the package is larger than it has to be');
  }
}

function stageSystem() {
  copy('city-gateway.service', 'lib/systemd/system/city-gateway.service');
  copy('60-city-gateway.rules', 'lib/udev/rules.d/60-city-gateway.rules');
  copy('gateway.yaml', 'etc/city-gateway/gateway.yaml');
}

function stageDocs() {
  write('usr/share/man/man1/city-gateway.1.gz', gzipSync(manualOf(version, help), { level: 9 }));
  write('usr/share/lintian/overrides/city-gateway', lintianOverrides);
  write(`${DOC}/README.md`, readFileSync(join(gateway, 'README.md')));
  write(`${DOC}/example.yaml`, readFileSync(join(gateway, 'example.yaml')));
  write(`${DOC}/engineer.md`, readFileSync(join(root, 'docs/how-to/engineer.md')));
  write(`${DOC}/errors.md`, readFileSync(join(root, 'docs/reference/errors.md')));
  write(`${DOC}/copyright`, copyrightOf(modules, options['system-node'] ? undefined : process.version, LIB));
  write(`${DOC}/changelog.gz`, gzipSync(changelogOf(version), { level: 9 }));
  const licence = nodeLicence();
  if (!options['system-node'] && licence) write(`${DOC}/LICENSE.nodejs`, readFileSync(licence));
}

function help(...args) {
  return run(process.execPath, [join(gateway, 'bin/city-gateway.js'), ...args]);
}

function stageControl() {
  const needs = options['system-node']
    ? ['nodejs (>= 20.19)']
    : libraryNeeds(
        filesBelow(join(stage, LIB))
          .filter((name) => name === 'node' || name.endsWith('.node'))
          .map((name) => join(stage, LIB, name)),
      );
  const installed = Math.ceil(
    filesBelow(stage).reduce((sum, name) => sum + readFileSync(join(stage, name)).length, 0) / 1024,
  );
  write('DEBIAN/control', controlOf({ version, architecture, installed, needs }));
  write('DEBIAN/conffiles', '/etc/city-gateway/gateway.yaml\n');
  for (const name of readdirSync(join(here, 'debian'))) {
    write(`DEBIAN/${name}`, readFileSync(join(here, 'debian', name)), 0o755);
  }
  write('DEBIAN/md5sums', md5sums(stage));
}

/** The package's version; between releases with the time of the last commit, so that a later one is an update. */
function versionOf() {
  const { version: released } = readPackage(gateway);
  try {
    const git = (...args) => run('git', ['-C', root, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    if (git('tag', '--points-at', 'HEAD').split('\n').includes(`v${released}`)) return released;
    const [at, commit] = git(
      'log',
      '-1',
      '--date=format-local:%Y%m%d%H%M',
      '--format=%cd %h',
      '--abbrev=7',
    ).split(' ');
    return `${released}+${at}.${commit}`;
  } catch {
    return released; // not a clone
  }
}

/** Node.js carries the licences of what it was built from; where they are depends on how it was installed. */
function nodeLicence() {
  const near = dirname(dirname(process.execPath));
  return [
    join(near, 'LICENSE'),
    join(near, 'share/doc/nodejs/LICENSE'),
    '/usr/share/doc/nodejs/LICENSE',
  ].find((one) => existsSync(one));
}

function copy(from, to) {
  write(to, readFileSync(join(here, from)));
}

function write(to, content, mode = 0o644) {
  const path = join(stage, to);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** Whoever builds has a umask of his own: files are 0644 or, where they run, 0755. */
function modes(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) modes(path);
    else chmodSync(path, runs(path) ? 0o755 : 0o644);
  }
}

function runs(path) {
  if (path === join(stage, LIB, 'node')) return true;
  const text = readFileSync(path);
  if (text.subarray(0, 2).toString('latin1') !== '#!') return false;
  if (!path.startsWith(join(stage, LIB))) return true;
  // Nobody calls the programs of modules, and there need not be any other Node.js on the box.
  writeFileSync(path, `//${text.toString('utf8').slice(2)}`);
  return false;
}

function tool(name, args) {
  try {
    return run(name, args);
  } catch (error) {
    return fail(`${name} is needed, as on Debian or Raspberry Pi OS: ${error.message}`);
  }
}

function fail(why) {
  console.error(`package: ${why}`);
  process.exit(1);
}
