import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who holds a line, from the kernel's own list (drivers/gpio/gpiolib.c, gpiolib_seq_show):
 * ` gpio-529 (GPIO17              |onewire@11          ) in  hi`. Undefined where this user may not read it.
 */
export function holderOf(line: number, sys: string): string | undefined {
  try {
    const list = readFileSync(join(sys, 'kernel/debug/gpio'), 'utf8');
    const holder = new RegExp(`^\\s*gpio-${String(line)}\\s*\\([^|)]*\\|([^)]*)\\)`, 'm').exec(list)?.[1];
    return holder?.trim() || undefined;
  } catch {
    return undefined;
  }
}
