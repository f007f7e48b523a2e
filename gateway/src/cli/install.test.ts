import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectIo, type CollectedIo } from '../testing/collect-io.ts';
import { isCoded } from '@city-testbed/runtime';
import { install, type Surroundings } from './install.ts';
import { packageFolder, unitFor } from './service/files.ts';
import { unreachable } from './service/reachable.ts';

let root: string;
let ran: string[];

/** Does in the image what the programs of the system would do. */
function surroundings(overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    // Wherever this clone is: a service does not see /tmp, say.
    folder: '/opt/city-testbed/gateway',
    node: '/usr/bin/node',
    uid: 0,
    unreachable: () => undefined,
    run: (command, args) => {
      ran.push(`${command} ${args.join(' ')}`);
      const append = (file: string, line: string): void =>
        writeFileSync(join(root, file), `${readFileSync(join(root, file), 'utf8')}${line}\n`);
      const uid = String(process.getuid?.() ?? 0);
      if (command === 'groupadd') append('etc/group', `${args.at(-1)!}:x:990:`);
      if (command === 'useradd') append('etc/passwd', `${args.at(-1)!}:x:${uid}:${uid}::/:/bin/false`);
      if (command === 'systemctl' && args.includes('enable')) {
        const link = join(root, 'etc/systemd/system/multi-user.target.wants/city-gateway.service');
        mkdirSync(dirname(link), { recursive: true });
        writeFileSync(link, '');
      }
    },
    ...overrides,
  };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'city-install-'));
  ran = [];
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\ndialout:x:20:\n');
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  chownSync(root, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function called(values: Record<string, string | boolean>, around = surroundings()): CollectedIo {
  const io = collectIo();
  expect(install({ values: { root, ...values }, positionals: [] }, io, around)).toBe(0);
  return io;
}

describe('install', () => {
  it('says what it would do and changes nothing with --dry-run', () => {
    const text = called({ 'dry-run': true }, surroundings({ uid: 1000 })).written();
    expect(ran).toEqual([]);
    expect(text).toContain('is so  group dialout');
    expect(text).toContain('would  user city-gateway, in the groups dialout and gpio');
    expect(text).toContain(`would  write ${root}/etc/systemd/system/city-gateway.service`);
    expect(statSync(join(root, 'etc/systemd'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('ends with 1 where a dry run says that it would fail', () => {
    const io = collectIo();
    const around = surroundings({ folder: '/tmp/clone', unreachable });
    expect(install({ values: { root, 'dry-run': true }, positionals: [] }, io, around)).toBe(1);
    expect(io.written()).toContain('It would fail: /tmp/clone');
  });

  it('makes the user, folders, configuration and service of an image; twice is as once', () => {
    called({});
    expect(ran).toEqual([
      `groupadd --prefix ${root} --system city-gateway`,
      `groupadd --prefix ${root} --system gpio`,
      expect.stringMatching(/^useradd --prefix .* --groups dialout,gpio .* city-gateway$/),
      `systemctl --root=${root} enable city-gateway.service`,
    ]);
    const unit = readFileSync(join(root, 'etc/systemd/system/city-gateway.service'), 'utf8');
    expect(unit).toMatch(
      /^ExecStart=\/\S+ \/\S+\/bin\/city-gateway\.js run --config \/etc\/city-gateway\/gateway\.yaml$/m,
    );
    expect(statSync(join(root, 'var/lib/city-gateway')).mode & 0o777).toBe(0o750);
    expect(statSync(join(root, 'usr/local/bin/city-gateway')).mode & 0o777).toBe(0o755);
    const config = join(root, 'etc/city-gateway/gateway.yaml');
    writeFileSync(config, 'id: mine\n');
    ran = [];
    const again = called({}).written();
    expect(ran).toEqual([]);
    expect(again.match(/^done /gm)).toBeNull();
    expect(readFileSync(config, 'utf8')).toBe('id: mine\n');
  });

  it('takes the service away and leaves configuration and readings', () => {
    called({});
    const json = called({ uninstall: true, json: true }).written();
    expect((JSON.parse(json) as { steps: { what: string }[] }).steps).toHaveLength(4);
    expect(ran.at(-1)).toBe(`systemctl --root=${root} disable city-gateway.service`);
    expect(
      statSync(join(root, 'etc/systemd/system/city-gateway.service'), { throwIfNoEntry: false }),
    ).toBeUndefined();
    expect(statSync(join(root, 'etc/city-gateway/gateway.yaml')).isFile()).toBe(true);
  });

  it('leaves a box alone that has the Debian package', () => {
    const io = called({}, surroundings({ folder: packageFolder }));
    expect(io.written()).toContain('Debian package');
    expect(ran).toEqual([]);
  });

  it('is refused without root, and names the step that failed', () => {
    const attempt = (around: Surroundings): unknown => {
      try {
        return install({ values: { root }, positionals: [] }, collectIo(), around);
      } catch (error) {
        return error;
      }
    };
    expect(isCoded(attempt(surroundings({ uid: 1000 })), 'GATEWAY_INSTALL_FAILED')).toBe(true);
    const failed = attempt(
      surroundings({
        run: () => {
          throw new Error('no space left');
        },
      }),
    );
    expect(failed).toMatchObject({
      code: 'GATEWAY_INSTALL_FAILED',
      message: expect.stringContaining('group city-gateway: no space left') as string,
    });
  });

  it('lets the service read a clone at home', () => {
    const unit = unitFor({ node: '/usr/bin/node', script: '/home/pi/testbed/gateway/bin/city-gateway.js' });
    expect(unit).toContain('\nProtectHome=read-only\n');
    expect(unitFor({ node: '/usr/bin/node', script: '/opt/x.js' })).toContain('\nProtectHome=yes\n');
  });
});
