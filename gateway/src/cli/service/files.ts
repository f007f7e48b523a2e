import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of this workspace or package: the same from src, from dist and when installed. */
export const programFolder: string = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** Where the Debian package puts the program. */
export const packageFolder = '/usr/lib/city-gateway';

export const places = {
  unit: '/etc/systemd/system/city-gateway.service',
  rules: '/etc/udev/rules.d/60-city-gateway.rules',
  command: '/usr/local/bin/city-gateway',
  config: '/etc/city-gateway/gateway.yaml',
  configFolder: '/etc/city-gateway',
  state: '/var/lib/city-gateway',
} as const;

/** What runs the gateway: Node.js and the program. */
export interface Program {
  readonly node: string;
  readonly script: string;
}

/** One of the files that the Debian package is made from, too. */
export function packaged(name: string): string {
  return readFileSync(`${programFolder}/packaging/${name}`, 'utf8');
}

/** The unit of the Debian package, for a program that stands elsewhere. */
export function unitFor({ node, script }: Program): string {
  const unit = packaged('city-gateway.service')
    .replace('ExecStart=/usr/bin/city-gateway', `ExecStart=${node} ${script}`)
    .replace('/usr/share/doc/city-gateway/engineer.md', `${programFolder}/README.md`);
  const atHome = [node, script].some((path) => /^\/(home|root)\//.test(path));
  return atHome ? unit.replace('ProtectHome=yes', 'ProtectHome=read-only') : unit;
}

/** A command of its own, as the package has it. */
export function commandFor({ node, script }: Program): string {
  return `#!/bin/sh\nexec ${node} ${script} "$@"\n`;
}
