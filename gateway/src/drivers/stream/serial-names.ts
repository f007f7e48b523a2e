import { accessSync, constants, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@city-testbed/runtime';

/** Where udev names serial lines by what is plugged in (systemd, rules.d/60-serial.rules). */
export const BY_ID = '/dev/serial/by-id';

/** The device file that a path leads to; undefined while there is none. */
export function deviceBehind(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The by-id names that there are on this machine, as paths. */
export function byIdNames(folder: string = BY_ID): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    // Without any USB adapter udev makes no such folder.
    return [];
  }
}

/**
 * The better name of a serial path that opens but will not stay right; undefined where it is well named, or has none. The
 * numbers of ttyUSB and ttyACM are given in the order of plugging in, so they move; a by-id name does not.
 */
export function byIdName(path: string, folder: string = BY_ID): string | undefined {
  if (path.startsWith('tcp://') || path.startsWith(`${folder}/`)) return undefined;
  const device = deviceBehind(path);
  if (device === undefined) return undefined;
  return byIdNames(folder).find((candidate) => deviceBehind(candidate) === device);
}

/** Why a serial line does not open, for people. */
export function explainSerialFault(path: string, error: unknown, folder: string = BY_ID): string {
  const device = deviceBehind(path);
  if (device === undefined) return `there is no such device; ${present(folder)}`;
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    return 'permission denied; add this user to the group dialout: sudo usermod -aG dialout <user>, then log in anew';
  }
  const message = messageOf(error);
  if (!/lock|busy|temporarily unavailable/i.test(message)) return message;
  const holders = holdersOf(device);
  return `another program uses it${holders.length === 0 ? '' : `: ${holders.join(', ')}`}`;
}

function present(folder: string): string {
  const names = byIdNames(folder);
  return names.length === 0 ? `nothing is plugged in under ${folder}` : `plugged in are ${names.join(', ')}`;
}

/** Programs that hold a device file open, as far as this user may see: `picocom (process 812)`. */
function holdersOf(device: string): string[] {
  return directory('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => directory(`/proc/${pid}/fd`).some((fd) => leadsTo(`/proc/${pid}/fd/${fd}`, device)))
    .map((pid) => `${nameOf(pid)} (process ${pid})`);
}

function directory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // Another user's process, or one that has just ended.
    return [];
  }
}

function leadsTo(link: string, device: string): boolean {
  try {
    return readlinkSync(link) === device;
  } catch {
    return false;
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a program';
  }
}
