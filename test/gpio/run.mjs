// npm run test:gpio
// The gateway's GPIO driver on a real kernel: Debian's own, in qemu without KVM, with simulated GPIO chips.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootGuest } from './boot-guest.mjs';
import { guestImage } from './guest-image.mjs';
import { gpioModules } from './modules.mjs';
import { missingParts, newestKernel } from './needs.mjs';

const kernel = newestKernel();
const missing = missingParts(kernel);
if (missing.length > 0) {
  console.error(`test:gpio needs on a Debian machine:\n${missing.map((line) => `  ${line}`).join('\n')}`);
  process.exit(2);
}

const started = Date.now();
const cache = join(tmpdir(), `city-gpio-${kernel.release}`);
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'city-gpio-run-'));
try {
  const modules = gpioModules(kernel, cache);
  const image = guestImage(kernel, modules, work);
  const { passed, failed } = await bootGuest(kernel, image, work);
  console.log(`${passed} passed, ${failed} failed, in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
