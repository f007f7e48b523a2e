/** One fault of a profile: where it is, what stands there, what may stand there. */
export interface ProfileFault {
  /** As in `metrics.3.register.address`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** `incomplete` is reported by `device-profile lint` but does not keep a profile from being loaded. */
  readonly severity?: 'fault' | 'incomplete';
}

/** `profile.yaml:12 metrics.3.unit: found nothing; allowed: ...` */
export function faultText(file: string, { path, found, allowed, line, severity }: ProfileFault): string {
  const where = line === undefined ? file : `${file}:${line}`;
  return `${where} ${path}: ${severity === 'incomplete' ? '(loads all the same) ' : ''}found ${found}; allowed: ${allowed}`;
}

/** A value as it is shown in a fault. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
