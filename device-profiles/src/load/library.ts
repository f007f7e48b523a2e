import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@city-testbed/runtime';
import { profileError } from '../errors.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { faultText } from './fault.ts';
import { loadProfile } from './parse.ts';

/** The folder of the profiles that come with this package. The same from src, from dist and when installed. */
export const bundledProfilesDir: string = fileURLToPath(new URL('../../profiles', import.meta.url));

/** Profiles by id, loaded when first asked for and kept. */
export interface ProfileLibrary {
  /** e.g. `eastron/sdm120`. Throws PROFILE_UNKNOWN (naming the ids that are known), or what loadProfile throws. */
  find(id: string): DeviceProfile;
  /** Every id there is, sorted; the files are not read. */
  ids(): readonly string[];
  /** The file of an id. Throws PROFILE_UNKNOWN. */
  fileOf(id: string): string;
}

/**
 * A library over folders of `<vendor>/<model>.yaml`. Default: the bundled profiles. The first folder that has an id
 * wins, so put a site's own folder before the bundled one. A folder that is missing is PROFILE_UNREADABLE.
 */
export function profileLibrary(dirs: readonly string[] = [bundledProfilesDir]): ProfileLibrary {
  const files = new Map<string, string>();
  for (const dir of dirs) {
    for (const [id, file] of profileFiles(dir)) if (!files.has(id)) files.set(id, file);
  }
  const loaded = new Map<string, DeviceProfile>();
  const fileOf = (id: string): string => {
    const file = files.get(id);
    if (file !== undefined) return file;
    const known = [...files.keys()].sort();
    throw profileError('PROFILE_UNKNOWN', `${id}; known: ${known.join(', ')}`, { context: { id, known } });
  };
  return {
    ids: () => [...files.keys()].sort(),
    fileOf,
    find: (id) => {
      const known = loaded.get(id);
      if (known) return known;
      const profile = loadNamed(id, fileOf(id));
      loaded.set(id, profile);
      return profile;
    },
  };
}

/** A device is known everywhere by its profile's id, so the file must say the id that it stands under. */
function loadNamed(id: string, file: string): DeviceProfile {
  const profile = loadProfile(file);
  if (profile.id === id) return profile;
  const fault = { path: 'id', found: `"${profile.id}"`, allowed: `"${id}", the path of the file` };
  throw profileError('PROFILE_INVALID', `${file}\n  ${faultText(file, fault)}`, {
    context: { file, faults: [fault] },
  });
}

/** Id and path of every `<vendor>/<model>.yaml` below a folder. Throws PROFILE_UNREADABLE. */
function profileFiles(dir: string): [string, string][] {
  if (!existsSync(dir)) {
    throw profileError('PROFILE_UNREADABLE', `${dir}: no such folder`, { context: { dir } });
  }
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((vendor) =>
        readdirSync(join(dir, vendor.name))
          .filter((name) => name.endsWith('.yaml'))
          .map((name): [string, string] => [
            `${vendor.name}/${name.slice(0, -'.yaml'.length)}`,
            join(dir, vendor.name, name),
          ]),
      );
  } catch (error) {
    throw profileError('PROFILE_UNREADABLE', `${dir}: ${messageOf(error)}`, { cause: error });
  }
}
