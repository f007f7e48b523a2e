import type { Port } from '../../model/port.ts';

const askAround = 'unit id: city-gateway scan finds it';

/** What to look at when nobody answers a scan, the likeliest first. */
export function whenNobody(port: Port): readonly string[] {
  const checks = whenSilent(port).filter((check) => !check.startsWith(askAround));
  return port.kind === 'modbus-rtu'
    ? [...checks, 'other speeds: --baud 2400,9600,19200; other parity: --parity even']
    : checks;
}

/** What to look at when one device does not answer, the likeliest first. */
export function whenSilent(port: Port): readonly string[] {
  switch (port.kind) {
    case 'modbus-rtu':
      return [
        'is the device powered?',
        'are A and B (D+ and D-) the right way round? Swapping them harms nothing',
        'baud rate and parity: as on the device, see its manual or its display',
        askAround,
        'one ground for all, 120 ohm at both ends of a long line, and one bus master only',
      ];
    case 'modbus-rtu-over-tcp':
    case 'modbus-tcp':
      return [
        'is the device powered, and does the converter have its light on?',
        `${askAround}; many Modbus TCP devices want 1 or 255`,
        port.kind === 'modbus-tcp'
          ? 'a converter that does not translate speaks rtu+tcp:// instead of tcp://'
          : 'a converter that translates speaks tcp:// instead of rtu+tcp://',
        'behind a converter: its baud rate and parity, and A and B (D+ and D-)',
        'many converters serve one master only: is another program connected?',
      ];
    case 'serial':
      return [
        'is the device powered, and has it warmed up?',
        'TX of the device goes to RX of the box',
        'baud rate: as in its manual',
        'is its level right (3.3 V or RS-232)?',
      ];
    case 'gpio':
      return ['is it the BCM number, not that of the pin?', 'is the user in the group gpio?'];
  }
}

/** The checks for people, below what went wrong. */
export function checkList(checks: readonly string[]): string {
  return `What to check:\n${checks.map((check) => `  - ${check}\n`).join('')}`;
}
