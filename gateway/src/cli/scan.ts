import { atMost, integerOf, isSet, parseInteger, textOf } from './arguments.ts';
import { UsageError, type Arguments, type Command, type ExitCode } from './command.ts';
import { modbusProfiles } from './field/guess.ts';
import { lineHelp, placeOf, portFrom, portHelp, portOptions } from './field/port-address.ts';
import { scanBus, type FoundUnit } from './field/scan-bus.ts';
import { scanYaml } from './field/scan-yaml.ts';
import { checkList, whenNobody } from './field/silence.ts';
import { table } from './field/table.ts';
import { libraryOf } from './field/target.ts';
import { toJson } from './json.ts';
import type { Port } from '../model/port.ts';

const TIMEOUT_MS = 150;
const PROGRESS_EVERY = 32;
/** Requests that a unit which is not there costs: who are you, and two reads. */
const REQUESTS = 3;

export const scanCommand: Command = {
  name: 'scan',
  summary: 'find the units on a Modbus bus, and the profiles that fit them',
  synopsis: '--port PORT [--baud N,N] [--units 1-247]',
  details: `
${portHelp}
      --baud N,N         speeds of a serial line to try, e.g. 2400,9600,19200; 9600
      --units LIST       unit ids to ask, e.g. 1-20,247; 1-247
${lineHelp.replace('of one request', 'how long a unit is waited for; 150')}
      --profiles FOLDER  a folder of <vendor>/<model>.yaml, looked in before the bundled ones
      --json             {units, yaml}

Each unit is asked who it is (Modbus function 43/14, else a read), and one that answers is read by every Modbus profile:
the score is the share of values that make sense. It ends with lines for the configuration. Nothing is written to any
device. Ctrl-C ends it, and what was found until then is printed. Stop a gateway that uses the line first.

  city-gateway scan --port /dev/serial/by-id/usb-FTDI_... --baud 2400,9600
  city-gateway scan --port rtu+tcp://10.0.0.5:4001 --units 1-32

Exit codes: 0 somebody was found, 1 nobody was, or the port cannot be opened, 2 the command line is wrong.
`,
  options: {
    ...portOptions,
    units: { type: 'string' },
    profiles: { type: 'string' },
  },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const units = listOf(textOf(given, 'units') ?? '1-247', '--units', { min: 0, max: 255 });
    const timeoutMs = integerOf(given, 'timeout', { min: 10, max: 60_000 }) ?? TIMEOUT_MS;
    const ports = portsOf(given);
    const profiles = modbusProfiles(libraryOf(given));
    const found: FoundUnit[] = [];
    const most = (units.length * ports.length * timeoutMs * REQUESTS) / 1000;
    io.err(`${String(units.length)} units: ${most.toFixed(0)} s at most where nobody answers\n`);
    for (const port of ports) {
      if (io.signal.aborted) break;
      const speed = port.kind === 'modbus-rtu' ? ` at ${String(port.baudRate)} bd` : '';
      await scanBus({
        port: { ...port, timeoutMs },
        units,
        profiles,
        timeoutMs,
        signal: io.signal,
        found: (unit) => {
          found.push(unit);
          io.err(
            `unit ${String(unit.unit)}${speed}: ${unit.guesses[0]?.profile ?? 'somebody, of no known profile'}\n`,
          );
        },
        progress: (asked) => {
          if (asked % PROGRESS_EVERY !== 0 && asked !== units.length) return;
          io.err(`${placeOf(port)}${speed}: ${String(asked)} of ${String(units.length)} units asked\n`);
        },
      });
    }
    if (io.signal.aborted) io.err('interrupted: this is what was found until then\n');
    const [first] = ports;
    const yaml = first && found.length > 0 ? scanYaml(first, found) : '';
    if (isSet(given, 'json')) io.out(`${toJson({ units: found, yaml })}\n`);
    else io.out(found.length === 0 ? 'nobody answered\n' : `\n${unitTable(found)}\n${yaml}`);
    if (first && found.length === 0 && !io.signal.aborted) io.err(checkList(whenNobody(first)));
    return found.length > 0 ? 0 : 1;
  },
};

function unitTable(found: readonly FoundUnit[]): string {
  const rows = found.flatMap(({ unit, baudRate, identity, guesses }) => {
    const who = [identity.vendor, identity.product, identity.revision].filter(Boolean).join(' ');
    const head = [String(unit), baudRate === undefined ? '' : String(baudRate), who];
    const [best, ...others] = guesses.slice(0, 3);
    if (!best) return [[...head, '(none)', '', 'no profile of the library fits']];
    return [best, ...others].map(({ profile, score, why }, index) => [
      ...(index === 0 ? head : ['', '', '']),
      profile,
      `${(100 * score).toFixed(0)} %`,
      why,
    ]);
  });
  return table(['UNIT', 'BAUD', 'SAYS', 'PROFILE', 'SCORE', 'WHY'], rows);
}

/** One port for each speed; other than a serial line has none. */
function portsOf(given: Arguments): Port[] {
  const speeds = listOf(textOf(given, 'baud') ?? '9600', '--baud', { min: 300, max: 4_000_000 });
  const [first = 9600] = speeds;
  const port = portFrom(given, 'modbus', first);
  if (port.kind !== 'modbus-rtu') return [port];
  return speeds.map((speed) => portFrom(given, 'modbus', speed));
}

/** `1-3,7` is 1, 2, 3, 7. Throws UsageError. */
export function listOf(
  text: string,
  what: string,
  limits: { readonly min: number; readonly max: number },
): number[] {
  const numbers = text.split(',').flatMap((part) => {
    const [from = '', to = from, ...rest] = part.split('-').map((word) => word.trim());
    if (rest.length > 0) throw new UsageError(`${what} takes numbers and ranges, not "${part}"`);
    const [first, last] = [parseInteger(from, what, limits), parseInteger(to, what, limits)];
    if (last < first || last - first > 1000) {
      throw new UsageError(`${what}: "${part}" goes from the smaller to the larger number`);
    }
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return [...new Set(numbers)];
}
