import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isCoded, messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { Piece } from './piece.ts';

export interface BundledFile {
  readonly name: string;
  readonly about: string;
  readonly bytes: number;
}

/** Of a piece that is larger the end is kept: the newest lines stand there. */
const MOST_CHARACTERS = 2_000_000;

/**
 * Writes a support bundle: a .tar.gz file where `output` ends so, else a folder; readable by its owner alone. What a
 * piece cannot find out is said in its file. Throws GATEWAY_DIAG_WRITE.
 */
export async function writeBundle(
  output: string,
  pieces: readonly Piece[],
  redact: (text: string) => string,
): Promise<readonly BundledFile[]> {
  try {
    return output.endsWith('.tar.gz')
      ? await writeArchive(resolve(output), pieces, redact)
      : await writeFolder(resolve(output), pieces, redact);
  } catch (error) {
    throw gatewayError('GATEWAY_DIAG_WRITE', `${output}: ${messageOf(error)}`, { cause: error });
  }
}

async function writeArchive(
  output: string,
  pieces: readonly Piece[],
  redact: (text: string) => string,
): Promise<readonly BundledFile[]> {
  if (existsSync(output)) throw new Error('it exists already');
  const parent = await mkdtemp(join(tmpdir(), 'city-gateway-'));
  try {
    const name = 'city-gateway-diag';
    const files = await writeFolder(join(parent, name), pieces, redact);
    // Every Linux has it, and it writes what every support desk can open.
    await promisify(execFile)('tar', ['-czf', output, '-C', parent, name]);
    await chmod(output, 0o600);
    return files;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

async function writeFolder(
  folder: string,
  pieces: readonly Piece[],
  redact: (text: string) => string,
): Promise<readonly BundledFile[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Error('it is not empty');
  const files = await Promise.all(
    pieces.map(async ({ name, about, collect }): Promise<BundledFile> => {
      const text = redact(await collect().catch(notAvailable));
      const kept = text.slice(-MOST_CHARACTERS);
      await writeFile(join(folder, name), kept, { mode: 0o600 });
      return { name, about, bytes: Buffer.byteLength(kept) };
    }),
  );
  const contents = files.map(({ name, about }) => `${name}: ${about}\n`).join('');
  await writeFile(join(folder, 'README.txt'), redact(`${new Date().toISOString()}\n\n${contents}`), {
    mode: 0o600,
  });
  return files;
}

function notAvailable(error: unknown): string {
  return `not available: ${isCoded(error) ? `${error.code}: ` : ''}${messageOf(error)}\n`;
}
