import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's newest kernel on this machine: its release, e.g. 6.1.0-56-amd64, and where its parts are. */
export function newestKernel() {
  const releases = directory('/boot')
    .filter((name) => name.startsWith('vmlinuz-') && name.endsWith('-amd64'))
    .map((name) => name.slice('vmlinuz-'.length))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const release = releases.at(-1) ?? 'none';
  const series = /^\d+\.\d+/.exec(release)?.[0] ?? 'none';
  return {
    release,
    image: `/boot/vmlinuz-${release}`,
    modules: `/lib/modules/${release}`,
    headers: `/lib/modules/${release}/build`,
    series,
    source: `/usr/src/linux-source-${series}.tar.xz`,
  };
}

/** What is missing, each with the package that brings it. */
export function missingParts({ release, image, headers, series, source }) {
  const files = [
    [image, 'linux-image-amd64'],
    [join(headers, 'Makefile'), `linux-headers-${release === 'none' ? 'amd64' : release}`],
    [source, `linux-source-${series === 'none' ? '6.1' : series}`],
  ];
  const programs = [
    ['qemu-system-x86_64', 'qemu-system-x86'],
    ['gcc', 'gcc'],
    ['make', 'make'],
    ['xz', 'xz-utils'],
    ['cpio', 'cpio'],
    ['gpioset', 'gpiod'],
    ['ip', 'iproute2'],
    ['insmod', 'kmod'],
  ];
  return [
    ...files.filter(([path]) => !existsSync(path)).map(([path, name]) => `${path}: apt-get install ${name}`),
    ...programs
      .filter(([program]) => programPath(program) === undefined)
      .map(([program, name]) => `${program}: apt-get install ${name}`),
  ];
}

/** The path of a program; undefined where there is none. */
export function programPath(program) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function directory(path) {
  return existsSync(path) ? readdirSync(path) : [];
}
