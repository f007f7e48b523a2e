import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** A secret is short; what is larger is something else. */
const MOST_BYTES = 65_536;
/** `file: PATH` and `keyFile: PATH`, and the same in braces. Certificates are public. */
const fileKey = /(?:\bfile|[kK]eyFile)["']?\s*:\s*["']?([^\s"',}#][^"',}#\n]*)/g;
const envKey = /\benv["']?\s*:\s*["']?([A-Za-z_]\w*)/g;

/**
 * Everything that a configuration names as secret: contents of the files and of the environment variables that it points
 * to, wherever it does so. It reads the text, not the meaning, so that it works for a broken file too.
 */
export function secretsOf(text: string, baseDir: string, env: NodeJS.ProcessEnv): string[] {
  const files = [...text.matchAll(fileKey)].map(([, path]) => path?.trim() ?? '');
  const names = [...text.matchAll(envKey)].map(([, name]) => name ?? '');
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('CITY_GATEWAY__') || value === undefined) continue;
    if (/__(?:FILE|KEY_?FILE)$/i.test(name)) files.push(value);
    if (/__ENV$/i.test(name)) names.push(value);
  }
  const contents = [
    ...files.map((path) => contentOf(resolve(baseDir, path))),
    ...names.map((name) => env[name]),
  ];
  return contents.flatMap((content) => (content === undefined ? [] : partsOf(content)));
}

function contentOf(path: string): string | undefined {
  try {
    if (statSync(path).size > MOST_BYTES) return undefined;
    const content = readFileSync(path, 'utf8');
    return content.startsWith('SQLite format 3') ? undefined : content;
  } catch {
    // What cannot be read here cannot get into the bundle either.
    return undefined;
  }
}

/** A secret as a whole, each long line of it (keys are wrapped), and how it may stand in a URL or a header. */
function partsOf(content: string): string[] {
  const whole = content.trim();
  const lines = whole.split('\n').map((line) => line.trim());
  const long = lines.filter((line) => line.length >= 16 && !line.startsWith('-----'));
  const written = [whole, encodeURIComponent(whole), Buffer.from(whole).toString('base64')];
  return [...new Set([...written, ...long])].filter((part) => part !== '');
}
