import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const packaging = join(repository, 'gateway/packaging');

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const missing = {
  dpkg: has('dpkg-deb', '--version') ? '' : 'needs dpkg-deb (dpkg)',
  systemd: has('systemd-analyze', '--version') ? '' : 'needs systemd-analyze (systemd)',
};
for (const why of Object.values(missing)) if (why !== '') console.log(`package tests left out: ${why}`);

/** Runs a program and gives all that it printed and how it ended. */
function ended(command: string, ...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

describe.skipIf(missing.dpkg !== '')('the Debian package of the gateway', () => {
  let out: string;
  let deb: string;
  /** path > mode and owner, as `tar -tv` prints them. */
  let files: ReadonlyMap<string, { mode: string; owner: string }>;

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'city-package-'));
    const made = execFileSync(
      process.execPath,
      [join(packaging, 'package.mjs'), '--out', out, '--keep', '--level', '1'],
      {
        encoding: 'utf8',
      },
    );
    deb = (JSON.parse(made.trim().split('\n').at(-1)!) as { file: string }).file;
    files = new Map(
      execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', maxBuffer: 1 << 26 })
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/);
          return [path.slice(1), { mode, owner }];
        }),
    );
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test('has the program, its modules, a Node.js, the service, the configuration and the papers', () => {
    for (const path of [
      '/usr/bin/city-gateway',
      '/usr/lib/city-gateway/node',
      '/usr/lib/city-gateway/dist/main.js',
      '/usr/lib/city-gateway/node_modules/@city-testbed/device-profiles/profiles/eastron/sdm120.yaml',
      '/usr/lib/city-gateway/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
      '/usr/lib/city-gateway/node_modules/epoll/build/Release/epoll.node',
      '/lib/systemd/system/city-gateway.service',
      '/lib/udev/rules.d/60-city-gateway.rules',
      '/etc/city-gateway/gateway.yaml',
      '/usr/share/doc/city-gateway/copyright',
      '/usr/share/doc/city-gateway/changelog.gz',
      '/usr/share/doc/city-gateway/engineer.md',
      '/usr/share/man/man1/city-gateway.1.gz',
    ]) {
      expect([...files.keys()]).toContain(path);
    }
  });

  test('has nothing that only builds, tests or other platforms need', () => {
    const paths = [...files.keys()];
    expect(paths.filter((path) => /\.(ts|map|c|cc|cpp|h|gyp|o|a)$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.test\.js$|\/testing\//.test(path))).toEqual([]);
    expect(
      paths.filter((path) => /\/(typescript|vitest|prebuild-install|@types|aedes|fastify)\//.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => /prebuilds\/(win32|darwin|android)/.test(path))).toEqual([]);
  });

  test('belongs to root, and only what is to run may run', () => {
    const entries = [...files];
    expect(entries.filter(([, { owner }]) => owner !== 'root/root')).toEqual([]);
    const running = entries.filter(([, { mode }]) => mode.startsWith('-rwx')).map(([path]) => path);
    expect(running.toSorted()).toEqual(['/usr/bin/city-gateway', '/usr/lib/city-gateway/node']);
    expect(entries.filter(([, { mode }]) => /^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x)$/.test(mode))).toEqual(
      entries,
    );
  });

  test("says what it needs, and that the configuration is its administrator's", () => {
    const field = (name: string): string =>
      execFileSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).trim();
    expect(field('Package')).toBe('city-gateway');
    expect(field('Architecture')).toBe(
      execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim(),
    );
    expect(field('Depends')).toMatch(/libc6 \(>= 2\.\d+\), libstdc\+\+6 .*passwd/);
    expect(field('Depends')).not.toContain('nodejs');
    const control = join(out, 'control');
    execFileSync('dpkg-deb', ['--control', deb, control]);
    expect(readFileSync(join(control, 'conffiles'), 'utf8')).toBe('/etc/city-gateway/gateway.yaml\n');
    for (const script of ['postinst', 'prerm', 'postrm']) {
      expect(ended('sh', '-n', join(control, script))).toEqual({ status: 0, text: '' });
      expect(readFileSync(join(control, script), 'utf8')).toMatch(/^#!\/bin\/sh\n[\s\S]*\nset -e\n/);
    }
  });

  test('answers from where it was unpacked, and its configuration lacks id and url only', () => {
    const program = join(out, 'stage/usr/lib/city-gateway');
    const [node, script] = [join(program, 'node'), join(program, 'bin/city-gateway.js')];
    const config = join(out, 'stage/etc/city-gateway/gateway.yaml');
    const { status, text } = ended(node, script, 'check', '--elsewhere', '--json', '--config', config);
    const { faults } = JSON.parse(text) as { faults: { path: string }[] };
    expect({ status, paths: faults.map(({ path }) => path) }).toEqual({
      status: 1,
      paths: ['id', 'uplink.url'],
    });
    const loads = `for (const name of ['better-sqlite3', 'serialport', 'onoff', 'mqtt']) require(name)`;
    expect(spawnSync(node, ['-e', loads], { cwd: program, encoding: 'utf8' }).stderr).toBe('');
  });

  test.skipIf(missing.systemd !== '')('has a service that systemd accepts as it stands', () => {
    const unit = join(out, 'stage/lib/systemd/system/city-gateway.service');
    const { text } = ended('systemd-analyze', '--man=no', 'verify', unit);
    // The program is not installed on the machine that builds it.
    const faults = text
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/usr/bin/city-gateway is not exec'));
    expect(faults.filter((line) => line.includes('city-gateway.service'))).toEqual([]);
  });
});

test.skipIf(missing.systemd !== '')('the service is exposed to no more than 2.5 of 10', () => {
  const { text } = ended(
    'systemd-analyze',
    'security',
    '--offline=true',
    join(packaging, 'city-gateway.service'),
  );
  const exposure = Number(/Overall exposure level for city-gateway\.service: ([\d.]+)/.exec(text)?.[1]);
  console.log(`systemd-analyze security: exposure ${String(exposure)}`);
  expect(exposure).toBeLessThanOrEqual(2.5);
});
