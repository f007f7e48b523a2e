import type { Port } from '../../model/port.ts';
import type { FoundUnit } from './scan-bus.ts';

/** What was found, as it stands in a configuration. Units at different speeds cannot share a bus: a port for each. */
export function scanYaml(port: Port, found: readonly FoundUnit[]): string {
  const speeds = [...new Set(found.map(({ baudRate }) => baudRate))];
  const nameOf = (baudRate: number | undefined): string =>
    speeds.length > 1 ? `bus-${String(baudRate)}` : 'bus';
  const ports = speeds.map((baudRate) => `  - id: ${nameOf(baudRate)}\n${portLines(port, baudRate)}`);
  const devices = found.map(({ unit, baudRate, guesses }) => {
    const [best] = guesses;
    const profile = best?.profile ?? 'vendor/model # no profile of the library fits';
    const id = `${(best?.profile ?? 'device').replace('/', '-')}-${String(unit)}`;
    return `  - id: ${id}\n    profile: ${profile}\n    port: ${nameOf(baudRate)}\n    unit: ${String(unit)}\n`;
  });
  return `ports:\n${ports.join('')}devices:\n${devices.join('')}`;
}

function portLines(port: Port, baudRate: number | undefined): string {
  const lines = [`kind: ${port.kind}`];
  if (port.kind === 'modbus-tcp' || port.kind === 'modbus-rtu-over-tcp') {
    lines.push(`host: ${port.host}`, `port: ${String(port.port)}`);
  }
  if (port.kind === 'modbus-rtu') {
    lines.push(`path: ${port.path}`);
    if (baudRate !== undefined) lines.push(`baudRate: ${String(baudRate)}`);
    if (port.parity !== undefined) lines.push(`parity: ${port.parity}`);
    if (port.stopBits !== undefined) lines.push(`stopBits: ${String(port.stopBits)}`);
  }
  return lines.map((line) => `    ${line}\n`).join('');
}
