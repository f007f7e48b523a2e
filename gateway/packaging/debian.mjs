// What a Debian package says of itself.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './modules.mjs';

export function controlOf({ version, architecture, installed, needs }) {
  return `Package: city-gateway
Version: ${version}
Architecture: ${architecture}
Maintainer: City testbed contributors <contributors@city-testbed.invalid>
Installed-Size: ${installed}
Depends: ${[...needs, 'passwd', 'init-system-helpers (>= 1.54~)'].join(', ')}
Recommends: systemd, ca-certificates
Suggests: openssh-server
Section: net
Priority: optional
Description: field agent of a smart-city testbed
 Reads sensors over Modbus, serial lines and GPIO, keeps every reading on disk
 until the testbed has stored it, and forwards it with Sparkplug B over MQTT.
 .
 Configured in /etc/city-gateway/gateway.yaml; city-gateway --help lists the
 commands to check it, to find and probe devices, and to see how it is.
`;
}

/** First Debian release of libstdc++6 with a version of its symbols (debian/libstdc++6.symbols of gcc). */
const libstdcxx = [
  ['GLIBCXX_3.4.33', '14'],
  ['GLIBCXX_3.4.32', '13.1'],
  ['GLIBCXX_3.4.31', '13.1'],
  ['GLIBCXX_3.4.30', '12'],
  ['GLIBCXX_3.4.29', '11'],
];

/** The libraries that binaries need, by the newest symbol versions that stand in them. */
export function libraryNeeds(binaries) {
  const symbols = new Set(
    binaries.flatMap(
      (file) =>
        readFileSync(file)
          .toString('latin1')
          .match(/GLIBC(XX)?_\d+(\.\d+)+/g) ?? [],
    ),
  );
  const glibc = [...symbols]
    .filter((name) => name.startsWith('GLIBC_2.'))
    .map((name) => Number(name.split('.')[1]))
    .reduce((a, b) => Math.max(a, b), 17);
  const cxx = libstdcxx.find(([name]) => symbols.has(name))?.[1] ?? '8';
  return [`libc6 (>= 2.${glibc})`, `libstdc++6 (>= ${cxx})`, 'libgcc-s1'];
}

/** Machine-readable copyright, https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
export function copyrightOf(modules, nodeVersion, lib) {
  const others = modules.filter(({ name }) => !name.startsWith('@city-testbed/'));
  const lines = others.map(
    ({ name, version, licence, to }) => `  ${name} ${version}: ${licence}, /${lib}/${to}`,
  );
  const node = nodeVersion
    ? `\n Node.js ${nodeVersion} (/${lib}/node): MIT and others, LICENSE.nodejs beside this file, https://nodejs.org\n`
    : '';
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: city-gateway

Files: *
Copyright: 2026 City testbed contributors
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
Comment: This package contains modules of others, each with its licence in its folder:
${lines.map((line) => ` ${line}`).join('\n')}
${node}`;
}

export function md5sums(stage) {
  return filesBelow(stage)
    .filter((name) => !name.startsWith('DEBIAN/') && !name.startsWith('etc/'))
    .sort()
    .map(
      (name) =>
        `${createHash('md5')
          .update(readFileSync(join(stage, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');
}

/** What lintian finds in a Node.js that was built by others. */
export const lintianOverrides = `city-gateway: embedded-library *usr/lib/city-gateway/node*
city-gateway: hardening-no-pie *usr/lib/city-gateway/node*
`;

/** The manual page is what the commands say of themselves. */
export function manualOf(version, help) {
  const roff = (text) =>
    `.nf\n${text
      .replaceAll('\\', '\\e')
      .replace(/^(['.])/gm, '\\&$1')
      .replaceAll('-', '\\-')}\n.fi\n`;
  const general = help('--help');
  const names = [...general.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
  return `.TH CITY\\-GATEWAY 1 "" "city-gateway ${version}"
.SH NAME
city\\-gateway \\- field agent of a smart\\-city testbed
.SH SYNOPSIS
.B city\\-gateway
.I COMMAND
.SH DESCRIPTION
${roff(general)}${names.map((name) => `.SH ${name.toUpperCase()}\n${roff(help('help', name))}`).join('')}`;
}

export function changelogOf(version) {
  const date = new Date().toUTCString().replace('GMT', '+0000');
  return `city-gateway (${version}) stable; urgency=medium\n\n  * Built from the sources of the city testbed.\n\n -- City testbed contributors <contributors@city-testbed.invalid>  ${date}\n`;
}
