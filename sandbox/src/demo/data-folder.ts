import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoError } from './errors.ts';

/** The folder that holds everything a testbed keeps: databases, secrets, generated configuration, logs. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    for (const folder of ['config', 'secrets', 'logs'])
      mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
  }

  /** Two testbeds on one folder would undo each other's work: the second is refused. */
  lock(): void {
    const file = this.#lockFile;
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw demoError('SANDBOX_DEMO_DATA_IN_USE', `${this.path} is held by process ${holder}`);
    }
    writeFileSync(file, String(process.pid));
  }

  unlock(): void {
    rmSync(this.#lockFile, { force: true });
  }

  /** The file of a secret, made at random when it is not there yet. */
  secretFile(name: string): string {
    const file = join(this.path, 'secrets', name);
    if (!existsSync(file)) this.writeSecret(name, randomBytes(32).toString('base64url'));
    return file;
  }

  writeSecret(name: string, value: string): void {
    writeFileSync(join(this.path, 'secrets', name), `${value}\n`, { mode: 0o600 });
  }

  readSecret(name: string): string | undefined {
    const file = join(this.path, 'secrets', name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  }

  /** JSON is YAML, and every process reads YAML. */
  writeConfig(name: string, config: unknown): string {
    const file = join(this.path, 'config', `${name}.yaml`);
    writeFileSync(file, `# Written by npm start at each start.\n${JSON.stringify(config, null, 2)}\n`);
    return file;
  }

  get #lockFile(): string {
    return join(this.path, 'testbed.pid');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
