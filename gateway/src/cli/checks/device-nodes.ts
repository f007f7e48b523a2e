import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { errorCode } from './error-code.ts';
import { fault, type Finding, type Subject } from './finding.ts';

const BY_ID = '/dev/serial/by-id';
const GPIO = '/sys/class/gpio';

/** Serial lines and GPIO are there, and this user may use them. */
export function checkDeviceNodes({ inspected }: Subject): Finding[] {
  return inspected.parts.ports.flatMap((port, index) => {
    const path = `ports.${String(index)}`;
    if (port?.kind === 'gpio') return gpio(path);
    if (port?.path === undefined || port.path.startsWith('tcp://')) return [];
    return serial(`${path}.path`, port.path);
  });
}

function serial(path: string, file: string): Finding[] {
  try {
    if (!statSync(file).isCharacterDevice()) {
      return [port(fault(path, `${file} is no serial line`, `one of ${lines()}`))];
    }
    accessSync(file, constants.R_OK | constants.W_OK);
    return [];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return [port(fault(path, `${file} is not there; is it plugged in?`, `one of ${lines()}`))];
    }
    const allowed = 'a line that this user may use; add the user to the group dialout';
    return [port(fault(path, `${file}: permission denied`, allowed))];
  }
}

function gpio(path: string): Finding[] {
  try {
    accessSync(`${GPIO}/export`, constants.W_OK);
    return [];
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT';
    const found = missing ? `this kernel has no ${GPIO}` : `${GPIO}/export: permission denied`;
    const allowed = missing
      ? 'a kernel with CONFIG_GPIO_SYSFS, as that of Raspberry Pi OS'
      : 'add this user to the group gpio';
    return [{ ...fault(path, found, allowed), code: 'GATEWAY_GPIO_LINE' }];
  }
}

/** The serial lines that are there now, for whoever mistyped one. */
function lines(): string {
  const names = existsSync(BY_ID) ? readdirSync(BY_ID).map((name) => `${BY_ID}/${name}`) : [];
  return names.length > 0 ? names.join(', ') : `${BY_ID}/*, which has none now`;
}

function port(finding: Finding): Finding {
  return { ...finding, code: 'GATEWAY_PORT_OPEN' };
}
