import { spawnSync } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { atMost, isSet, textOf } from './arguments.ts';
import { UsageError, type Arguments, type Command, type ExitCode, type Io } from './command.ts';
import { toJson } from './json.ts';
import { packageFolder, places, programFolder } from './service/files.ts';
import { unreachable } from './service/reachable.ts';
import { installSteps, uninstallSteps, type Place, type RunProgram, type Step } from './service/steps.ts';

export const installCommand: Command = {
  name: 'install',
  summary: 'make the gateway of a clone a systemd service; a Debian package has done it already',
  synopsis: '[--dry-run] [--root DIR] [--uninstall]',
  details: `
      --dry-run    says what it would do, and changes nothing
      --root DIR   into an image that does not run, e.g. a mounted SD card
      --uninstall  takes the service away; configuration, readings and the user stay
      --json       {dryRun, steps: [{what, done}]}; with --dry-run also wouldFail, where it would

It makes the user city-gateway (in dialout and gpio), its folders, a configuration to fill in, a hardened service and a
command city-gateway. Called again it changes only what is not so yet. It starts nothing.

  sudo node gateway/bin/city-gateway.js install --dry-run
  city-gateway install --uninstall

Exit codes: 0 it is as it should be, 1 a step failed or (--dry-run) would fail, or this user may not do it, 2 the command
line is wrong.
`,
  options: {
    'dry-run': { type: 'boolean' },
    root: { type: 'string' },
    uninstall: { type: 'boolean' },
  },
  run: (given, io) =>
    Promise.resolve(
      install(given, io, {
        folder: programFolder,
        node: realpathSync(process.execPath),
        uid: process.getuid?.() ?? -1,
        unreachable,
        run: runProgram,
      }),
    ),
};

/** What the command finds around it; a test has its own. */
export interface Surroundings {
  /** Folder of the program, and the Node.js that runs it. */
  readonly folder: string;
  readonly node: string;
  readonly uid: number;
  /** Why the service could not read a file; undefined where it can. */
  readonly unreachable: (file: string) => string | undefined;
  readonly run: RunProgram;
}

/** Throws GATEWAY_INSTALL_FAILED and UsageError. */
export function install(
  given: Arguments,
  io: Io,
  { folder, node, uid, unreachable, run }: Surroundings,
): ExitCode {
  atMost(given, 0);
  if (folder === packageFolder) {
    io.out('This gateway came as a Debian package, which is its service: nothing to do.\n');
    return 0;
  }
  const program = { node, script: `${folder}/bin/city-gateway.js` };
  const place: Place = { root: rootOf(given), program, run };
  const dry = isSet(given, 'dry-run');
  const uninstall = isSet(given, 'uninstall');
  if (!dry && uid !== 0) {
    throw gatewayError('GATEWAY_INSTALL_FAILED', 'this user may not change the system');
  }
  const why = uninstall ? undefined : (unreachable(program.script) ?? unreachable(program.node));
  if (why !== undefined && !dry) throw gatewayError('GATEWAY_INSTALL_FAILED', why);
  const steps = uninstall ? uninstallSteps(place) : installSteps(place);
  if (!dry) for (const step of steps) perform(step);
  report(steps, { dry, uninstall, why }, given, io);
  return why === undefined ? 0 : 1;
}

function rootOf(given: Arguments): string {
  const root = textOf(given, 'root');
  if (root === undefined) return '';
  const folder = resolve(root);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--root ${root} is no folder`);
  }
  return folder === '/' ? '' : folder;
}

function perform(step: Step): void {
  if (step.done) return;
  try {
    step.run();
  } catch (error) {
    throw gatewayError('GATEWAY_INSTALL_FAILED', `${step.what}: ${messageOf(error)}`, { cause: error });
  }
}

function report(
  steps: readonly Step[],
  { dry, uninstall, why }: { dry: boolean; uninstall: boolean; why: string | undefined },
  given: Arguments,
  io: Io,
): void {
  if (isSet(given, 'json')) {
    const done = steps.map(({ what, done }) => ({ what, done }));
    io.out(`${toJson({ dryRun: dry, steps: done, ...(why === undefined ? {} : { wouldFail: why }) })}\n`);
    return;
  }
  for (const { what, done } of steps) io.out(`${done ? 'is so' : dry ? 'would' : 'done '}  ${what}\n`);
  if (why !== undefined) io.out(`\nIt would fail: ${why}. Move the clone, e.g. to /opt/city-testbed.\n`);
  if (!dry && !uninstall) {
    io.out(`\nNow set ${places.config}, then:\n`);
    io.out(
      `  sudo -u city-gateway city-gateway check --config ${places.config}\n  sudo systemctl start city-gateway\n`,
    );
  }
}

function runProgram(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}
