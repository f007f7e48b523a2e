export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly source: string;
  readonly readOnly: boolean;
}

/**
 * The mount that a folder lies on, from the text of /proc/self/mountinfo (proc(5)): fields are separated by spaces,
 * those after ` - ` are type, source and the file system's own options. Undefined where none fits.
 */
export function mountOf(folder: string, mountinfo: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const [mine, theirs] = line.split(' - ');
    const [, , , , point, options] = mine?.split(' ') ?? [];
    const [type, source, superOptions] = theirs?.split(' ') ?? [];
    if (point === undefined || type === undefined || source === undefined) continue;
    const path = unescaped(point);
    if (!holds(path, folder) || (found && path.length < found.point.length)) continue;
    const readOnly = [options, superOptions].some((list) => list?.split(',').includes('ro') ?? false);
    found = { point: path, type, source: unescaped(source), readOnly };
  }
  return found;
}

function holds(point: string, folder: string): boolean {
  return point === '/' || folder === point || folder.startsWith(`${point}/`);
}

/** Space, tab, newline and backslash stand as octal numbers. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
