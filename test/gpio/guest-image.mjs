import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programPath } from './needs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const programs = ['sh', 'mount', 'insmod', 'chroot'];
/** What the guest needs to see the host's files, and to make chips by writing to a file system. */
const fromDebian = ['virtio_pci', '9pnet_virtio', '9p', 'configfs'];

/** The guest's first file system: a shell, the modules, and init. Everything else it reads from the host. */
export function guestImage({ modules }, simulator, work) {
  const root = join(work, 'root');
  for (const folder of ['bin', 'modules', 'dev', 'proc', 'sys', 'host']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const program of programs) copyProgram(program, root);
  const files = [...withDependencies(modules, fromDebian), ...simulator];
  files.forEach((path, place) => {
    copyFileSync(path, join(root, 'modules', `${String(place).padStart(2, '0')}-${basename(path)}`));
  });
  copyFileSync(join(here, 'guest/init'), join(root, 'init'));
  chmodSync(join(root, 'init'), 0o755);
  const image = join(work, 'image.cpio');
  const names = execFileSync('find', ['.', '-print0'], { cwd: root });
  const packed = execFileSync('cpio', ['-o', '-0', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: names,
    maxBuffer: 256 * 1024 * 1024,
  });
  writeFileSync(image, packed);
  return image;
}

function copyProgram(program, root) {
  const path = programPath(program);
  if (path === undefined) throw new Error(`${program} is not on this machine`);
  copyFileSync(path, join(root, 'bin', program));
  const libraries = execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library] of libraries) {
    const target = join(root, library);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) copyFileSync(library, target);
  }
}

/** Files of modules with those that they need, in the order of loading (modules.dep names the farthest last). */
function withDependencies(folder, names) {
  const needs = new Map(
    readFileSync(join(folder, 'modules.dep'), 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([path]) => path)
      .map(([path, needed = '']) => [path, needed.split(' ').filter(Boolean)]),
  );
  const ordered = new Set();
  const add = (path) => {
    for (const needed of needs.get(path) ?? []) add(needed);
    ordered.add(path);
  };
  for (const name of names) {
    const path = [...needs.keys()].find((each) => basename(each).replaceAll('-', '_') === `${name}.ko`);
    // What is not a module is built in.
    if (path !== undefined) add(path);
  }
  return [...ordered].map((path) => join(folder, path));
}
