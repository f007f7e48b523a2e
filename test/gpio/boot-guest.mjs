import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const LIMIT_MS = 600_000;

/**
 * Boots the kernel and shows what the guest says, line by line. The guest sees the host's files and cannot write them; its
 * second serial line is this program's output. Resolves with how many tests passed and failed; 0 passed where it died.
 */
export async function bootGuest({ image }, initialFiles, work) {
  const console_ = join(work, 'console.log');
  const settings = [`city.node=${process.execPath}`, `city.repository=${repository}`];
  const guest = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg', '-m', '1024', '-display', 'none', '-no-reboot', '-nodefaults'],
      ...['-kernel', image, '-initrd', initialFiles],
      ...['-append', `console=ttyS0 panic=-1 quiet ${settings.join(' ')}`],
      ...['-serial', `file:${console_}`, '-serial', 'stdio'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const late = setTimeout(() => guest.kill('SIGKILL'), LIMIT_MS);
  const stop = () => guest.kill('SIGKILL');
  process.once('exit', stop);
  let result;
  const ended = once(guest, 'close');
  for await (const line of createInterface({ input: guest.stdout })) {
    const [, passed, failed] = /^RESULT (\d+) (\d+)$/.exec(line.trim()) ?? [];
    if (passed === undefined) console.log(line.trimEnd());
    else {
      result = { passed: Number(passed), failed: Number(failed) };
      guest.kill('SIGKILL');
    }
  }
  await ended;
  clearTimeout(late);
  process.off('exit', stop);
  if (!result) console.error(`the guest died; its console:\n${readFileSync(console_, 'utf8').slice(-4000)}`);
  return result ?? { passed: 0, failed: 1 };
}
