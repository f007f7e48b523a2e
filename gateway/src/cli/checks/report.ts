import type { CheckResult } from './examine.ts';
import type { Finding } from './finding.ts';

/** The result for people, a line a finding; findings that differ only in the metric are one line. */
export function formatCheck({ file, faults, warnings, notes }: CheckResult): string {
  const head = `${file}: ${counted(faults.length, 'fault')}, ${counted(warnings.length, 'warning')}\n`;
  return [
    head,
    ...section('Faults', faults, 'allowed'),
    ...section('Warnings', warnings, 'better'),
    ...section('Good to know', notes, 'note'),
  ].join('');
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function section(title: string, findings: readonly Finding[], word: string): string[] {
  if (findings.length === 0) return [];
  return [
    `\n${title}\n`,
    ...fold(findings).map(({ path, found, allowed, code, hint }) => {
      const named = code === undefined ? '' : `\n    ${code}${hint === undefined ? '' : `: ${hint}`}`;
      return `  ${path}: ${word === 'allowed' ? 'found ' : ''}${found}; ${word}: ${allowed}${named}\n`;
    }),
  ];
}

/** `devices.2.metrics.{a, b}.deadband` for what is the same of many metrics or pins. */
export function fold(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, { finding: Finding; names: string[] }>();
  for (const finding of findings) {
    const [, name] = /\.(?:metrics|pins)\.([^.]+)/.exec(finding.path) ?? [];
    const place = name === undefined ? finding.path : finding.path.replace(`.${name}`, '.*');
    const key = JSON.stringify([place, finding.found, finding.allowed]);
    const group = groups.get(key);
    if (group) group.names.push(name ?? '');
    else groups.set(key, { finding: { ...finding, path: place }, names: [name ?? ''] });
  }
  return [...groups.values()].map(({ finding, names }) => ({
    ...finding,
    path: finding.path.replace('.*', names.length === 1 ? `.${names[0] ?? ''}` : `.{${names.join(', ')}}`),
  }));
}
