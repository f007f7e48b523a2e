import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const wanted = ['drivers/gpio/gpio-sim.c', 'drivers/gpio/gpiolib.h', 'kernel/irq/irq_sim.c'];

/**
 * The GPIO simulator as modules of this kernel, which Debian does not build. They are made once and kept in the cache.
 * Returns the paths in the order of loading.
 */
export function gpioModules({ headers, series, source }, cache) {
  const folder = join(cache, 'modules');
  const made = ['irq_sim.ko', 'gpio-sim.ko'].map((name) => join(folder, name));
  if (made.every((path) => existsSync(path))) return made;
  console.log('building the GPIO simulator (once)');
  const unpacked = join(cache, 'source');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mkdirSync(unpacked, { recursive: true });
  const top = `linux-source-${series}`;
  execFileSync('tar', ['-xf', source, '-C', unpacked, ...wanted.map((path) => `${top}/${path}`)]);
  for (const path of wanted) copyFileSync(join(unpacked, top, path), join(folder, path.split('/').at(-1)));
  adapt(join(folder, 'irq_sim.c'));
  writeFileSync(join(folder, 'Makefile'), 'obj-m := irq_sim.o gpio-sim.o\n');
  execFileSync('make', ['-C', headers, `M=${folder}`, 'modules'], { stdio: ['ignore', 'ignore', 'pipe'] });
  return made;
}

/** irq_sim.c is written to be built into the kernel: a module has a licence, and no call that is not exported. */
function adapt(file) {
  const code = readFileSync(file, 'utf8')
    .replace('handle_simple_irq(irq_to_desc(irqnum))', 'generic_handle_irq(irqnum)')
    .replace('#include <linux/irq.h>', '#include <linux/irq.h>\n#include <linux/module.h>');
  writeFileSync(file, `${code}\nMODULE_LICENSE("GPL");\n`);
}
