import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import {
  arch,
  cpus,
  hostname,
  networkInterfaces,
  release,
  totalmem,
  freemem,
  uptime,
  loadavg,
} from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@city-testbed/runtime';
import { toJson } from '../json.ts';
import type { Piece } from './piece.ts';

const PROGRAM_MS = 15_000;
const MOST_OUTPUT = 16 * 1024 * 1024;
const UNIT = 'city-gateway';

/** What a field box is asked for: everything by programs and files that may be missing. */
export const machinePieces: readonly Piece[] = [
  {
    name: 'machine.json',
    about: 'operating system, processor, memory, load, time since boot',
    collect: async () =>
      toJson({
        hostname: hostname(),
        kernel: release(),
        arch: arch(),
        system: (await textOf('/etc/os-release')).split('\n'),
        model: (await textOf('/proc/device-tree/model')).replaceAll('\0', ''),
        processors: cpus().map(({ model }) => model),
        memory: { totalBytes: totalmem(), freeBytes: freemem() },
        load: loadavg(),
        uptimeSeconds: uptime(),
      }),
  },
  {
    name: 'journal.txt',
    about: 'the last lines that the gateway logged',
    collect: () => program('journalctl', ['-u', UNIT, '-n', '5000', '--no-pager', '-o', 'short-iso']),
  },
  {
    name: 'systemd.txt',
    about: 'its unit, and what systemd knows of it',
    collect: async () =>
      [
        await program('systemctl', ['status', UNIT, '--no-pager', '-l', '-n', '0']),
        await program('systemctl', ['cat', UNIT, '--no-pager']),
        await program('systemctl', ['show', UNIT, '-p', 'NRestarts,Result,ExecMainStatus,MemoryCurrent']),
      ].join('\n'),
  },
  { name: 'serial.txt', about: 'serial lines by id and by path', collect: serialLines },
  { name: 'gpio.txt', about: 'GPIO chips', collect: gpioChips },
  {
    name: 'disk.txt',
    about: 'mounts and free space',
    collect: async () =>
      `${await program('df', ['-kT'])}\n${await program('df', ['-i'])}\n${await textOf('/proc/self/mountinfo')}`,
  },
  {
    name: 'clock.txt',
    about: 'the clock and who sets it',
    collect: async () =>
      [
        new Date().toISOString(),
        await program('timedatectl', ['status', '--no-pager']),
        await program('timedatectl', ['timesync-status', '--no-pager']),
      ].join('\n'),
  },
  {
    name: 'network.json',
    about: 'network addresses and name servers',
    collect: async () => toJson({ addresses: networkInterfaces(), names: await textOf('/etc/resolv.conf') }),
  },
  {
    name: 'kernel.txt',
    about: 'what the kernel said of USB, serial lines, SD card and power',
    collect: kernelLines,
  },
];

/** What a program prints. Throws where it cannot be run; one that fails is told with what it printed. */
function program(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: PROGRAM_MS, maxBuffer: MOST_OUTPUT, env: { ...process.env, LC_ALL: 'C' } };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const failed = error ? `\n${file}: ${messageOf(error).split('\n')[0] ?? ''}\n` : '';
      resolve(`$ ${file} ${args.join(' ')}\n${stdout}${stderr}${failed}`);
    });
  });
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => `${path}: ${messageOf(error)}`);
}

async function serialLines(): Promise<string> {
  const lines: string[] = [];
  for (const folder of ['/dev/serial/by-id', '/dev/serial/by-path']) {
    const names = await readdir(folder).catch(() => []);
    lines.push(`${folder}: ${String(names.length)}`);
    for (const name of names)
      lines.push(`  ${name} -> ${await readlink(join(folder, name)).catch(messageOf)}`);
  }
  const devices = (await readdir('/dev')).filter((name) => /^tty(?:USB|ACM|AMA|S\d|mxc)/.test(name));
  return `${[...lines, `/dev: ${devices.join(' ')}`].join('\n')}\n`;
}

async function gpioChips(): Promise<string> {
  const folder = '/sys/class/gpio';
  const chips = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('gpiochip'));
  const facts = ['label', 'base', 'ngpio'];
  const lines = await Promise.all(
    chips.map(async (chip) => {
      const values = await Promise.all(facts.map((fact) => textOf(join(folder, chip, fact))));
      return `${chip}: ${facts.map((fact, index) => `${fact} ${values[index]?.trim() ?? ''}`).join(', ')}`;
    }),
  );
  const nodes = (await readdir('/dev')).filter((name) => name.startsWith('gpiochip'));
  return `${[`${folder}: ${String(chips.length)}`, ...lines, `/dev: ${nodes.join(' ')}`].join('\n')}\n`;
}

const telling =
  /usb|tty|serial|ftdi|cp210x|ch34|pl2303|mmc|ext4|i\/o error|gpio|voltage|throttl|oom|watchdog/i;
const MOST_LINES = 2000;

async function kernelLines(): Promise<string> {
  const journal = await program('journalctl', ['-k', '-n', '50000', '--no-pager', '-o', 'short-iso']);
  const text = journal.split('\n').length > 3 ? journal : await program('dmesg', ['--time-format', 'iso']);
  return text
    .split('\n')
    .filter((line, index) => index === 0 || telling.test(line))
    .slice(-MOST_LINES)
    .join('\n');
}
