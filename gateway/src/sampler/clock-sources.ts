import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';

/** Asks one synchroniser of the machine: its name where it says that the clock is right. Never throws. */
export type ClockSource = () => Promise<string | undefined>;

/** systemd-timesyncd touches it when it first synchronised in this boot (systemd-timesyncd.service(8), "Files"). */
const TIMESYNCD_MARK = '/run/systemd/timesync/synchronized';
const TIME_OUT_MS = 2000;
/** chronyd's reference id while it follows nothing but its own clock (chrony.conf(5), "local"). */
const OWN_CLOCK = '7F7F0101';

/** The synchronisers that are asked, in turn. */
export const clockSources: readonly ClockSource[] = [timesyncd, kernel, chrony];

async function timesyncd(): Promise<string | undefined> {
  try {
    await access(TIMESYNCD_MARK);
    return 'systemd-timesyncd';
  } catch {
    return undefined;
  }
}

/**
 * The kernel's word (adjtimex(2), STA_UNSYNC), which chronyd, ntpd and every other synchroniser set, as timedatectl(1)
 * shows it.
 */
async function kernel(): Promise<string | undefined> {
  const shown = await output('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']);
  return shown?.trim() === 'yes' ? 'kernel' : undefined;
}

/** For machines without systemd: chronyc(1), "tracking", as comma-separated values. */
async function chrony(): Promise<string | undefined> {
  return isTracking(await output('chronyc', ['-c', 'tracking'])) ? 'chrony' : undefined;
}

/** Whether chronyd follows a source: the first field is the reference id, the last one the leap status. */
export function isTracking(values: string | undefined): boolean {
  const fields = values?.trim().split(',') ?? [];
  const leap = fields.at(-1);
  return fields.length > 2 && fields[0] !== OWN_CLOCK && leap !== undefined && leap !== 'Not synchronised';
}

/** What a program prints; undefined where there is none, it fails, or takes too long. */
function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { timeout: TIME_OUT_MS, env: { ...process.env, LC_ALL: 'C' } },
      (error, text) => resolve(error ? undefined : text),
    );
  });
}
