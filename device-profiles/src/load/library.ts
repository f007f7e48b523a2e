import type { DeviceProfile } from '../format/profile.ts';

/** The folder of the profiles that come with this package. The same from src, from dist and when installed. */
export const bundledProfilesDir: string = '';

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
  void dirs;
  throw new Error('to come');
}
