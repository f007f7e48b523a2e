// Which modules a gateway needs when it runs, and which of their files.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Needed to compile or to type-check, never to run. */
const buildOnly = (name) =>
  name.startsWith('@types/') || ['prebuild-install', 'nan', 'node-addon-api'].includes(name);

export const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Every module below a workspace, as Node.js finds it: [{name, version, licence, from, to}], `to` being the place below
 * the workspace's own node_modules. The present tree is all that is looked at: nothing is downloaded.
 */
export function modulesOf(workspace) {
  const found = new Map();
  const top = realpathSync(workspace);
  const places = new Map([[top, '']]);
  const visit = (folder) => {
    const { dependencies = {}, optionalDependencies = {} } = readPackage(folder);
    for (const name of Object.keys({ ...optionalDependencies, ...dependencies })) {
      if (buildOnly(name)) continue;
      const module = resolveModule(name, folder);
      if (module === undefined) {
        if (name in optionalDependencies) continue;
        throw new Error(`${name}, needed by ${folder}, is not installed: npm ci`);
      }
      const { from, owner } = module;
      // What stands below the module that needs it stays there; what stands in the clone's root goes to the top.
      const to = join(places.get(owner) ?? '', 'node_modules', name);
      const known = found.get(to);
      if (known && known.from !== from) throw new Error(`two modules want ${to}: ${known.from}, ${from}`);
      if (known) continue;
      const { version, license = 'see its files' } = readPackage(from);
      found.set(to, { name, version, licence: String(license.type ?? license), from, to });
      places.set(from, to);
      visit(from);
    }
  };
  visit(top);
  return [...found.values()].sort((a, b) => a.to.localeCompare(b.to));
}

/** Where Node.js finds a module from a folder, and the folder in whose node_modules; undefined where it does not. */
function resolveModule(name, from) {
  for (let owner = from; ; owner = dirname(owner)) {
    const candidate = join(owner, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return { from: realpathSync(candidate), owner };
    if (dirname(owner) === owner) return undefined;
  }
}

const folders =
  /^(test|tests|__tests__|example|examples|benchmark|benchmarks|docs|coverage|man|\.github|\.vscode)$/;
/** Sources of native modules: they stand beside a binding.gyp. `src` of other modules is what runs. */
const nativeFolders = /^(src|deps)$/;
const wanted = /(\.(js|cjs|mjs|json|node|wasm|yaml)|^(licen[cs]e|copying|notice)([.-].*)?)$/i;
const unwanted = /(\.(test|spec)\.[cm]?js|^(tsconfig.*|package-lock|npm-shrinkwrap|\.[a-z].*)\.?(json)?)$/i;

/** Copies what a module needs to run. `platform` and `arch` are those of the box. */
export function copyModule({ from, name }, to, { platform, arch }) {
  const native = existsSync(join(from, 'binding.gyp'));
  const prebuilt = existsSync(join(from, 'prebuilds', `${platform}-${arch}`));
  const own = name.startsWith('@city-testbed/');
  const copy = (folder) => {
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name === 'node_modules' || folders.test(entry.name)) continue;
        if (own && folder === '' && ['src', 'scripts', 'testcases', 'packaging'].includes(entry.name))
          continue;
        if (own && path === join('dist', 'testing')) continue;
        if (native && folder === '' && nativeFolders.test(entry.name)) continue;
        if (folder === 'prebuilds' && entry.name !== `${platform}-${arch}`) continue;
        // What was compiled here is not needed where a compiled one came with the module.
        if (native && prebuilt && path === 'build') continue;
        if (native && path.startsWith('build/') && path !== join('build', 'Release')) continue;
        copy(path);
        continue;
      }
      if (!wanted.test(entry.name) || unwanted.test(entry.name)) continue;
      if (native && path.startsWith('build/') && !entry.name.endsWith('.node')) continue;
      if (entry.name === 'test_extension.node' || /musl/.test(entry.name)) continue;
      mkdirSync(join(to, folder), { recursive: true });
      cpSync(join(from, path), join(to, path));
    }
  };
  copy('');
}

/** Every file below a folder, relative to it. */
export function filesBelow(folder, base = folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path, base) : [relative(base, path)];
  });
}
