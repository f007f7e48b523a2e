import { isCoded } from '@city-testbed/runtime';
import { faultText, type ProfileFault } from '../load/fault.ts';
import { examineProfile, readProfileText } from '../load/parse.ts';
import { runVectors, type VectorResult } from '../vectors/run.ts';

/** What was found in one file. */
export interface FileReport {
  readonly file: string;
  readonly id: string | undefined;
  readonly faults: readonly ProfileFault[];
  readonly vectors: readonly VectorResult[];
  readonly ok: boolean;
}

/** Lints a file and, where `vectors` says so and it is sound, runs its vectors. Never throws for what is in the file. */
export function reportOn(file: string, vectors: boolean): FileReport {
  try {
    const { profile, faults } = examineProfile(readProfileText(file), file);
    const results = vectors && profile ? runVectors(profile) : [];
    const ok = faults.length === 0 && results.every(({ failures }) => failures.length === 0);
    return { file, id: profile?.id, faults, vectors: results, ok };
  } catch (error) {
    if (!isCoded(error)) throw error;
    const fault = { path: '(file)', found: error.message, allowed: error.hint };
    return { file, id: undefined, faults: [fault], vectors: [], ok: false };
  }
}

/** The reports as text, a line a fault. */
export function asText(reports: readonly FileReport[]): string {
  const lines = reports.flatMap((report) => [
    ...report.faults.map((fault) => faultText(report.file, fault)),
    ...report.vectors.flatMap(({ index, path = `tests.${index}`, note, failures }) =>
      failures.map((failure) => `${report.file} ${path}${note ? ` (${note})` : ''}: ${failure}`),
    ),
  ]);
  const faulty = reports.filter(({ ok }) => !ok).length;
  const vectors = reports.reduce((sum, report) => sum + report.vectors.length, 0);
  const summary = `${reports.length} profiles${vectors > 0 ? `, ${vectors} vectors` : ''}: ${
    faulty === 0 ? 'all is well' : `${faulty} with faults`
  }`;
  return [...lines, summary].join('\n');
}

export function asJson(reports: readonly FileReport[]): string {
  return JSON.stringify({ ok: reports.every(({ ok }) => ok), profiles: reports });
}
