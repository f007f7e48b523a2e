import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a service of another user could not use a file; undefined where it could. */
export function unreachable(file: string): string | undefined {
  if (!existsSync(file)) return `${file} is not there`;
  const real = realpathSync(file);
  if (/^\/(tmp|var\/tmp)\//.test(real)) return `${real} is in a folder that the service does not see`;
  if ((statSync(real).mode & 0o004) === 0) return `${real} can only be read by its owner`;
  for (let folder = dirname(real); folder !== '/'; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return `${folder} can only be entered by its owner`;
  }
  return undefined;
}
