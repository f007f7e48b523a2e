import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { profileLibrary, type ProfileLibrary } from '../load/library.ts';
import { bundledProfilesDir } from '../load/library.ts';

/** The bundled profiles, with a folder of one's own before them. */
export function libraryWith(folder: string | undefined): ProfileLibrary {
  return profileLibrary(folder === undefined ? [bundledProfilesDir] : [folder, bundledProfilesDir]);
}

/** Files that are meant by the arguments: files, folders (all .yaml below), ids; nothing means all of the library. */
export function targetFiles(targets: readonly string[], library: ProfileLibrary): string[] {
  if (targets.length === 0) return library.ids().map((id) => library.fileOf(id));
  return targets.flatMap((target) => {
    if (!existsSync(target)) return [library.fileOf(target)];
    return statSync(target).isDirectory() ? yamlBelow(target) : [target];
  });
}

function yamlBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return yamlBelow(path);
      return /\.ya?ml$/.test(entry.name) ? [path] : [];
    });
}
