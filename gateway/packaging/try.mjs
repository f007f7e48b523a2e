// Tries the Debian package where it will live: a fresh Debian 12 in a folder, without any Node.js.
//   node packaging/try.mjs [--deb FILE] [--suite bookworm] [--mirror URL] [--keep]
//   --deb FILE    the package; default: it is made
//   --base DIR    a fresh Debian that debootstrap made before; it is copied
//   --mirror URL  a Debian mirror; default: the one that this machine uses
// Needs root, debootstrap and a mirror; without them it says so and ends well.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    deb: { type: 'string' },
    suite: { type: 'string', default: 'bookworm' },
    mirror: { type: 'string' },
    base: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const CONFIG = '/etc/city-gateway/gateway.yaml';

if (process.getuid() !== 0) skip('it needs root, for chroot');
if (spawnSync('debootstrap', ['--version']).status !== 0) skip('debootstrap is not installed');
const mirror =
  options.mirror ?? configuredMirror() ?? skip('no Debian mirror is configured; give one with --mirror');

const root = mkdtempSync(join(tmpdir(), 'city-gateway-try-'));
chmodSync(root, 0o755); // the gateway's user starts from here
let simulator;
try {
  const deb = options.deb ?? built();
  lint(deb);
  step(`a fresh ${options.suite} from ${options.base ?? mirror}`, () => {
    if (options.base) return execFileSync('cp', ['-a', `${options.base}/.`, root]);
    const made = spawnSync('debootstrap', ['--variant=minbase', options.suite, root, mirror], {
      encoding: 'utf8',
    });
    if (made.status === 0) return;
    const why = made.stdout
      .split('\n')
      .filter((line) => line.startsWith('E:'))
      .join(' ');
    rmSync(root, { recursive: true, force: true });
    skip(`the mirror cannot be used: ${why}`);
  });
  // A box has it, and the status page reads it.
  execFileSync('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  copyFileSync(deb, join(root, 'tmp', basename(deb)));
  const install = () => expectCode(0, 'dpkg', '-i', `/tmp/${basename(deb)}`);
  step('dpkg installs it, with nothing else', install);
  step('its commands answer', () => {
    expectText(expectCode(0, 'city-gateway', '--help'), 'probe');
    expectText(expectCode(0, 'city-gateway', 'check', '--help'), '--config FILE');
  });
  step('check names what is to be set, and nothing else', () => {
    const faults = JSON.parse(expectCode(1, 'city-gateway', 'check', '--config', CONFIG, '--json')).faults;
    const paths = faults.map(({ path }) => path).sort();
    if (paths.join() !== 'id,uplink.url') throw new Error(`faults at ${paths.join(', ')}`);
  });
  const device = await freePort();
  step('check accepts the configuration once id and url are set', () => {
    const file = join(root, CONFIG);
    const text = readFileSync(file, 'utf8')
      .replace(/^id: CHANGE/m, 'id: gw-try')
      .replace('url: CHANGE', 'url: mqtts://127.0.0.1:1')
      .replace('port: 1502', `port: ${device}`);
    writeFileSync(file, text);
    expectCode(0, 'city-gateway', 'check', '--config', CONFIG);
  });
  await later('the gateway runs as its own user and reads a simulated device', async () => {
    simulator = await simulate(device);
    expectText(
      expectCode(0, 'city-gateway', 'probe', '--config', CONFIG, 'first-meter'),
      '10 of 10 values good',
    );
    await runs();
  });
  step('an update keeps the configuration', () => {
    install();
    expectText(readFileSync(join(root, CONFIG), 'utf8'), 'id: gw-try');
  });
  step('removing it keeps configuration and readings, purging takes them', () => {
    expectCode(0, 'dpkg', '--remove', 'city-gateway');
    for (const kept of [CONFIG, '/var/lib/city-gateway/outbox.db']) {
      if (!existsSync(join(root, kept))) throw new Error(`${kept} is gone`);
    }
    expectCode(0, 'dpkg', '--purge', 'city-gateway');
    for (const gone of ['/etc/city-gateway', '/var/lib/city-gateway', '/usr/lib/city-gateway']) {
      if (existsSync(join(root, gone))) throw new Error(`${gone} is still there`);
    }
  });
  console.log('the package works');
} finally {
  simulator?.kill();
  spawnSync('umount', [join(root, 'proc')]);
  const mounted = readFileSync('/proc/self/mounts', 'utf8').includes(` ${root}/`);
  if (!options.keep && !mounted) rmSync(root, { recursive: true, force: true });
}

/** Debian's own checker of packages, where it is installed. */
function lint(deb) {
  if (spawnSync('lintian', ['--version']).status !== 0) {
    console.log('left out: lintian is not installed');
    return;
  }
  step('lintian finds no errors', () => {
    const { stdout } = spawnSync('lintian', ['--allow-root', '--fail-on', 'none', deb], { encoding: 'utf8' });
    const errors = stdout.split('\n').filter((line) => line.startsWith('E:'));
    if (errors.length > 0) throw new Error(errors.join('\n'));
  });
}

/** Starts the gateway, waits until its device answers, and stops it. */
async function runs() {
  const args = ['--userspec=city-gateway', root, 'city-gateway', 'run', '--config', CONFIG];
  const child = spawn('chroot', args, {
    env: environment({ CITY_GATEWAY__CLOCK: 'trusted', CITY_GATEWAY__STATUS__PORT: '0' }),
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = [];
  child.stderr.on('data', (text) => lines.push(String(text)));
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const entry = line.startsWith('{') ? JSON.parse(line) : {};
      if (entry.msg === 'status page listens') resolve(entry.port);
    });
    void ended.then(() => reject(new Error(`it ended:\n${lines.join('\n')}`)));
  });
  const until = Date.now() + 20_000;
  for (;;) {
    const status = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
    if (status.devices?.[0]?.state === 'answering') break;
    if (Date.now() > until) throw new Error(`the device does not answer: ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`it ended with ${code}:\n${lines.join('\n')}`);
}

/** The simulated meter of device-profiles on a port of the loopback. */
async function simulate(port) {
  const program = join(here, '../../device-profiles/bin/device-profile.js');
  const child = spawn(process.execPath, [
    program,
    'simulate',
    '--profile',
    'eastron/sdm120',
    '--port',
    String(port),
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

function built() {
  const made = execFileSync(process.execPath, [join(here, 'package.mjs')], { encoding: 'utf8' });
  return JSON.parse(made.trim().split('\n').at(-1)).file;
}

/** Runs a program inside, and gives what it printed. */
function expectCode(code, ...command) {
  const { status, stdout, stderr } = spawnSync('chroot', [root, ...command], {
    encoding: 'utf8',
    env: environment(),
  });
  if (status === code) return stdout;
  throw new Error(`${command.join(' ')} ended with ${status}, not ${code}:\n${stdout}${stderr}`);
}

function expectText(text, part) {
  if (!text.includes(part)) throw new Error(`"${part}" is missing in:\n${text}`);
}

/** Nothing of this machine's environment goes inside. */
function environment(more = {}) {
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    ...more,
  };
}

function step(what, action) {
  const started = Date.now();
  action();
  console.log(`ok ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

async function later(what, action) {
  const started = Date.now();
  await action();
  console.log(`ok ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** The mirror of apt, from sources.list and sources.list.d in both of their forms. */
function configuredMirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ].filter((file) => existsSync(file) && /\.(list|sources)$/.test(file));
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return lines
    .filter((line) => /^(URIs:|deb )/.test(line))
    .flatMap((line) => line.match(/https?:\/\/\S+/g) ?? [])
    .find((url) => /\/debian\/?$/.test(url));
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(0);
}
