import { readFileSync } from 'node:fs';
import { CodedError, messageOf } from '@city-testbed/runtime';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { profileError } from '../errors.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { lintFaults, lintMetrics } from '../lint/lint.ts';
import { faultText, type ProfileFault } from './fault.ts';
import { validateDocument } from './validate.ts';

/** A profile is a page of text; a file beyond this is not one. */
const maxCharacters = 1_000_000;

/** What was made of a text: the profile where it has no faults, and everything that can be said against it. */
export interface Examined {
  readonly profile: DeviceProfile | undefined;
  readonly faults: readonly ProfileFault[];
}

/** Parses and checks without throwing for faults, for a command that shows them. Throws PROFILE_NOT_YAML. */
export function examineProfile(text: string, fileName: string): Examined {
  const counter = new LineCounter();
  const document = documentOf(text, fileName, counter);
  const { profile, faults, kept } = validateDocument(contentOf(document, fileName));
  const linted = !profile ? [] : kept ? inFile(lintMetrics(profile), kept) : lintFaults(profile);
  const all = [...faults, ...linted];
  const placed = all.map((fault) => withLine(fault, document, counter));
  const sound = placed.every(({ severity }) => severity === 'incomplete');
  return { profile: sound && profile ? freeze(profile) : undefined, faults: placed };
}

/**
 * A profile from YAML text: checked against the schema and the rules of the lint, defaults filled in, frozen.
 * Throws PROFILE_NOT_YAML or PROFILE_INVALID; the latter lists every fault (`profileFaults(error)`).
 */
export function parseProfile(text: string, fileName: string): DeviceProfile {
  const { profile, faults } = examineProfile(text, fileName);
  if (profile) return profile;
  const hard = faults.filter(({ severity }) => severity !== 'incomplete');
  const lines = hard.map((fault) => `  ${faultText(fileName, fault)}`);
  throw profileError('PROFILE_INVALID', `${fileName}\n${lines.join('\n')}`, {
    context: { file: fileName, faults: hard },
  });
}

/** As parseProfile, from a file. Throws PROFILE_UNREADABLE too. */
export function loadProfile(file: string): DeviceProfile {
  return parseProfile(readProfileText(file), file);
}

/** The text of a profile file. Throws PROFILE_UNREADABLE. */
export function readProfileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw profileError('PROFILE_UNREADABLE', `${file}: ${messageOf(error)}`, {
      context: { file },
      cause: error,
    });
  }
}

/** The faults of a PROFILE_INVALID or PROFILE_SIMULATION_INVALID error. */
export function profileFaults(error: unknown): readonly ProfileFault[] {
  const faults = error instanceof CodedError ? error.context['faults'] : undefined;
  return Array.isArray(faults) ? (faults as ProfileFault[]) : [];
}

function documentOf(text: string, fileName: string, lineCounter: LineCounter): Document {
  if (text.length > maxCharacters) {
    throw profileError(
      'PROFILE_NOT_YAML',
      `${fileName}: ${text.length} characters, at most ${maxCharacters} are read`,
    );
  }
  const document = parseDocument(text, { lineCounter, uniqueKeys: true });
  if (document.errors.length === 0) return document;
  const messages = document.errors.map(({ message }) => message.split('\n', 1)[0]);
  throw profileError('PROFILE_NOT_YAML', `${fileName}: ${messages.join('; ')}`, {
    context: { file: fileName },
  });
}

/** Aliases are limited, so that a small file cannot grow into a huge document. */
function contentOf(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw profileError('PROFILE_NOT_YAML', `${fileName}: ${messageOf(error)}`, { cause: error });
  }
}

/** Faults of the metrics that were kept, under their places in the file. */
function inFile(faults: readonly ProfileFault[], kept: readonly number[]): ProfileFault[] {
  return faults.map((fault) => ({
    ...fault,
    path: fault.path.replace(/^metrics\.(\d+)/, (_, at: string) => `metrics.${kept[Number(at)] ?? at}`),
  }));
}

/** The line of the nearest part of the path that the file has. */
function withLine(fault: ProfileFault, document: Document, counter: LineCounter): ProfileFault {
  const keys = fault.path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = document.getIn(keys.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return { ...fault, line: counter.linePos(Number(node.range[0])).line };
    }
  }
  return fault;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
