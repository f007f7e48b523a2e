import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { commandFor, packaged, places, unitFor, type Program } from './files.ts';

/** One thing to do, which may be done already. */
export interface Step {
  readonly what: string;
  readonly done: boolean;
  run(): void;
}

/** Runs a program of the system to its end. Throws where it fails. */
export type RunProgram = (command: string, args: readonly string[]) => void;

export interface Place {
  /** Folder of an image that is not running, e.g. a mounted SD card; '' is this machine. */
  readonly root: string;
  readonly program: Program;
  readonly run: RunProgram;
}

const GROUPS = ['city-gateway', 'dialout', 'gpio'];

/** Everything that makes the gateway a service. Running the steps twice changes nothing. */
export function installSteps({ root, program, run }: Place): Step[] {
  const prefix = root === '' ? [] : ['--prefix', root];
  return [
    ...GROUPS.map((name): Step => ({
      what: `group ${name}`,
      done: entryOf(root, 'group', name) !== undefined,
      run: () => run('groupadd', [...prefix, '--system', name]),
    })),
    {
      what: 'user city-gateway, in the groups dialout and gpio',
      done: entryOf(root, 'passwd', 'city-gateway') !== undefined,
      run: () =>
        run('useradd', [
          ...[...prefix, '--system', '--gid', 'city-gateway', '--groups', 'dialout,gpio', '--no-create-home'],
          ...['--home-dir', places.state, '--shell', '/usr/sbin/nologin', 'city-gateway'],
        ]),
    },
    stateFolder(root),
    fileStep(root, places.config, packaged('gateway.yaml'), { once: true }),
    fileStep(root, places.unit, unitFor(program)),
    fileStep(root, places.rules, packaged('60-city-gateway.rules')),
    fileStep(root, places.command, commandFor(program), { mode: 0o755 }),
    ...enabling(root, run),
  ];
}

/** Everything that `installSteps` made, but for the configuration, the readings and the user. */
export function uninstallSteps({ root, run }: Place): Step[] {
  const installed = existsSync(join('/', root, places.unit));
  const disable: Step = {
    what: root === '' ? 'systemctl disable --now city-gateway' : 'disable the service',
    done: !installed,
    run: () =>
      run('systemctl', [
        ...systemRoot(root),
        'disable',
        ...(root === '' ? ['--now'] : []),
        'city-gateway.service',
      ]),
  };
  const removals = [places.unit, places.rules, places.command].map((file): Step => {
    const path = join('/', root, file);
    return { what: `remove ${path}`, done: !existsSync(path), run: () => rmSync(path) };
  });
  return [disable, ...removals];
}

function enabling(root: string, run: RunProgram): Step[] {
  const link = join('/', root, '/etc/systemd/system/multi-user.target.wants/city-gateway.service');
  const enable: Step = {
    what: 'systemctl enable city-gateway (it starts with the machine; nothing is started now)',
    done: existsSync(link),
    run: () => run('systemctl', [...systemRoot(root), 'enable', 'city-gateway.service']),
  };
  if (root !== '') return [enable];
  const reload: Step = {
    what: 'systemctl daemon-reload, udevadm control --reload',
    done: false,
    run: () => {
      run('systemctl', ['daemon-reload']);
      run('udevadm', ['control', '--reload']);
    },
  };
  return [reload, enable];
}

function systemRoot(root: string): string[] {
  return root === '' ? [] : [`--root=${root}`];
}

function stateFolder(root: string): Step {
  const path = join('/', root, places.state);
  const owner = (): string[] | undefined => entryOf(root, 'passwd', 'city-gateway');
  return {
    what: `folder ${path}, of the user city-gateway`,
    done: existsSync(path) && String(statSync(path).uid) === owner()?.[2],
    run: () => {
      const [, , uid, gid] = owner() ?? [];
      mkdirSync(path, { recursive: true, mode: 0o750 });
      chownSync(path, Number(uid), Number(gid));
    },
  };
}

/** A file with this text; `once`: a file that is there stays as it is. */
function fileStep(
  root: string,
  file: string,
  text: string,
  { mode = 0o644, once = false }: { mode?: number; once?: boolean } = {},
): Step {
  const path = join('/', root, file);
  const there = existsSync(path);
  return {
    what: `${there && !once ? 'update' : 'write'} ${path}`,
    done: there && (once || readFileSync(path, 'utf8') === text),
    run: () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      chmodSync(path, mode);
    },
  };
}

/** The fields of a line of /etc/passwd or /etc/group. */
function entryOf(root: string, file: 'passwd' | 'group', name: string): string[] | undefined {
  const path = join('/', root, 'etc', file);
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.find((line) => line.startsWith(`${name}:`))?.split(':');
}
