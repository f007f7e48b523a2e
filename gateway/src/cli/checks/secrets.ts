import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isCoded, messageOf, readSecret } from '@city-testbed/runtime';
import { type SecretRef } from '@city-testbed/runtime/config';
import { fault, warning, type Finding, type Subject } from './finding.ts';

/** Every secret can be read, by nobody else. */
export function checkSecrets(subject: Subject): Finding[] {
  const { uplink } = subject.inspected.parts;
  const secrets: [string, SecretRef | undefined][] = [
    ['uplink.password', uplink.password],
    ['uplink.tls.renew.password', uplink.tls?.renew?.password],
  ];
  return secrets.flatMap(([path, ref]) => (ref ? secretFindings(path, ref, subject) : []));
}

function secretFindings(path: string, ref: SecretRef, { baseDir, env }: Subject): Finding[] {
  try {
    readSecret(ref, baseDir, env);
  } catch (error) {
    const told = isCoded(error) ? { code: error.code, hint: error.hint } : {};
    return [{ ...fault(path, messageOf(error), '{file: PATH} or {env: NAME} that can be read'), ...told }];
  }
  return 'file' in ref ? readableByAll(path, resolve(baseDir, ref.file)) : [];
}

/** A warning where every user of the machine can read a file that should be the gateway's alone. */
export function readableByAll(path: string, file: string): Finding[] {
  const mode = statSync(file).mode;
  if ((mode & 0o004) === 0) return [];
  return [warning(path, `${file} can be read by every user of this machine`, `chmod o= ${file}`)];
}
