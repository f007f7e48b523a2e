import type { Command } from './command.ts';

/** A command as the list of commands shows it. It is loaded only when it is called, so that each answers at once. */
export interface CommandEntry {
  readonly name: string;
  /** The same as the command's own; a test holds them together. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command of `city-gateway`, in the order in which an engineer meets them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'read devices and forward readings until it is told to stop',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'check',
    summary: 'name every fault of a configuration, its profiles, secrets and certificates',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'plan',
    summary: 'print what a configuration means as JSON: defaults filled in, ports, devices, profiles',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  {
    name: 'probe',
    summary: 'read one device by its profile: every value, and the bytes behind it',
    load: async () => (await import('./probe.ts')).probeCommand,
  },
  {
    name: 'scan',
    summary: 'find the units on a Modbus bus, and the profiles that fit them',
    load: async () => (await import('./scan.ts')).scanCommand,
  },
  {
    name: 'status',
    summary: 'say how the running gateway is: faults first, each with what to do',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'tail',
    summary: 'show readings as they are written to the outbox',
    load: async () => (await import('./tail.ts')).tailCommand,
  },
  {
    name: 'export',
    summary: 'write what waits in the outbox as CSV or JSON lines, also from a damaged file',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'diag',
    summary: 'write a support bundle: everything that helps to find a fault, and no secret',
    load: async () => (await import('./diag.ts')).diagCommand,
  },
  {
    name: 'install',
    summary: 'make the gateway of a clone a systemd service; a Debian package has done it already',
    load: async () => (await import('./install.ts')).installCommand,
  },
];
