import { configDir } from '@city-testbed/runtime';
import { inspectGatewayConfig } from '../../config/load.ts';
import { advise } from './advice.ts';
import { checkBusLoad } from './bus-load.ts';
import { checkCertificates } from './certificates.ts';
import { checkDeviceNodes } from './device-nodes.ts';
import { fault, note, type Finding, type Subject } from './finding.ts';
import { checkOutboxFolder } from './outbox-folder.ts';
import { checkSecrets } from './secrets.ts';

export interface CheckResult {
  /** No faults; with `strict`, no warnings either. */
  readonly ok: boolean;
  readonly file: string;
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly notes: readonly Finding[];
}

export interface CheckOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The configuration is for another machine: device nodes and folders of this one say nothing. */
  readonly elsewhere?: boolean;
  readonly strict?: boolean;
  /** Wall time, ms since the Unix epoch. */
  readonly now?: number;
}

/**
 * Everything that is wrong with a configuration, its profiles, secrets, certificates and this machine, at once.
 * Throws CONFIG_FILE_UNREADABLE and CONFIG_NOT_YAML.
 */
export function checkConfig(file: string, options: CheckOptions = {}): CheckResult {
  const { env = process.env, elsewhere = false, strict = false, now = Date.now() } = options;
  const inspected = inspectGatewayConfig(file, env);
  const subject: Subject = { inspected, baseDir: configDir(file), env, now };
  const findings: Finding[] = [
    ...inspected.faults.map(({ path, found, allowed }) => fault(path, found, allowed)),
    ...checkSecrets(subject),
    ...checkCertificates(subject),
    ...(elsewhere ? [] : [...checkOutboxFolder(subject), ...checkDeviceNodes(subject), ...asWhom()]),
    ...advise(subject),
    ...checkBusLoad(subject),
  ];
  const of = (severity: Finding['severity']): readonly Finding[] =>
    findings.filter((finding) => finding.severity === severity);
  const [faults, warnings, notes] = [of('fault'), of('warning'), of('note')];
  const ok = faults.length === 0 && (!strict || warnings.length === 0);
  return { ok, file, faults, warnings, notes };
}

/** root may do everything, which says nothing about the user that the gateway runs as. */
function asWhom(): Finding[] {
  if (process.getuid?.() !== 0) return [];
  const allowed = 'sudo -u city-gateway city-gateway check ... checks as the service itself';
  return [note('(user)', 'checked as root, who may read and write everything', allowed)];
}
