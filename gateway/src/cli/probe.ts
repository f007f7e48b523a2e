import { systemClock } from '@city-testbed/runtime';
import { atMost, integerOf, isSet, textOf } from './arguments.ts';
import { UsageError, type Arguments, type Command, type ExitCode, type Io } from './command.ts';
import { answerLines, answerTable, frameLines } from './field/answer-table.ts';
import { converterException, Exchanges, hex, registerBytes, type Frame } from './field/exchanges.ts';
import { openFieldPort } from './field/field-port.ts';
import { lineHelp, placeOf, portHelp, portOptions } from './field/port-address.ts';
import { readDevice, type DeviceAnswer } from './field/read-device.ts';
import { checkList, whenSilent } from './field/silence.ts';
import { configuredTarget, looseTarget, type Target } from './field/target.ts';
import { toJson } from './json.ts';

export const probeCommand: Command = {
  name: 'probe',
  summary: 'read one device by its profile: every value, and the bytes behind it',
  synopsis: '(--profile ID --port PORT | --config FILE DEVICE)',
  details: `
      --profile ID       profile of the device, e.g. eastron/sdm120, or a file of your own
${portHelp}
      --unit N           Modbus unit id; left out: the profile's
      --baud N           bits a second; left out: the profile's
${lineHelp}
      --pins METRIC=N    GPIO lines (BCM numbers), separated by commas
      --profiles FOLDER  a folder of <vendor>/<model>.yaml, looked in before the bundled ones
  -c, --config FILE      or: a device of a configuration, by its id
      --watch            again and again, until Ctrl-C
      --every MS         with --watch: pause between two reads; 2000
      --json             one JSON object; with --watch one a line

A gateway that runs holds its serial lines: stop it first (systemctl stop city-gateway).

  city-gateway probe --profile eastron/sdm120 --port /dev/serial/by-id/usb-FTDI_... --baud 9600 --unit 1
  city-gateway probe --profile eastron/sdm120 --port tcp://10.0.0.5:502
  city-gateway probe --profile sparkfun/rain-gauge --pins rainfall=17 --watch
  city-gateway probe --config /etc/city-gateway/gateway.yaml school-meter

Exit codes: 0 it answered, 1 nothing did, or the port cannot be opened, 2 the command line is wrong.
`,
  options: {
    ...portOptions,
    profile: { type: 'string' },
    unit: { type: 'string', short: 'u' },
    pins: { type: 'string' },
    profiles: { type: 'string' },
    config: { type: 'string', short: 'c' },
    watch: { type: 'boolean' },
    every: { type: 'string' },
  },
  async run(given, io): Promise<ExitCode> {
    const target = targetOf(given, io);
    const every = integerOf(given, 'every', { min: 10, max: 86_400_000 }) ?? 2000;
    const exchanges = new Exchanges();
    const driver = await openFieldPort(target.port, target.onPort, exchanges.trace);
    try {
      const link = driver.link(target.device);
      let answered = false;
      do {
        const answer = await readDevice(target.device, link, io.signal);
        answered ||= answer.responded;
        show(target, answer, exchanges.take(), given, io);
        if (isSet(given, 'watch')) await systemClock.sleep(every, io.signal);
      } while (isSet(given, 'watch') && !io.signal.aborted);
      return answered ? 0 : 1;
    } finally {
      await driver.close();
    }
  },
};

function targetOf(given: Arguments, io: Io): Target {
  const file = textOf(given, 'config');
  if (file === undefined) {
    atMost(given, 0);
    return looseTarget(given);
  }
  const [device] = given.positionals;
  if (device === undefined) throw new UsageError('which device of the configuration?');
  if (textOf(given, 'profile') !== undefined) throw new UsageError('either --config or --profile');
  atMost(given, 1);
  return configuredTarget(file, device, io.env);
}

function show(
  { port, device }: Target,
  answer: DeviceAnswer,
  frames: readonly Frame[],
  given: Arguments,
  io: Io,
): void {
  const lines = answerLines(
    answer,
    registerBytes(device, frames, port.kind === 'modbus-tcp' ? 'tcp' : 'rtu'),
  );
  const good = lines.filter(({ quality }) => quality === 'good').length;
  const checks = answer.responded ? [] : whenSilent(port);
  if (isSet(given, 'json')) {
    const result = {
      profile: device.profile,
      port: placeOf(port),
      unit: device.unit,
      answered: answer.responded,
      ms: answer.ms,
      good,
      metrics: lines,
      frames: frames.map(({ direction, bytes }) => ({ direction, bytes: hex(bytes) })),
      ...(checks.length > 0 ? { checks } : {}),
    };
    io.out(`${isSet(given, 'watch') ? JSON.stringify(result) : toJson(result)}\n`);
    return;
  }
  const unit = device.definition.transport === 'modbus' ? `, unit ${String(device.unit)}` : '';
  io.out(`${device.profile} on ${placeOf(port)}${unit}: `);
  if (answer.responded) {
    io.out(`${String(good)} of ${String(lines.length)} values good, in ${String(answer.ms)} ms\n\n`);
    io.out(`${answerTable(lines)}\n`);
  } else {
    const exception = converterException(frames, port);
    io.out(
      exception === undefined
        ? `nothing answered within ${String(answer.ms)} ms\n\n`
        : `the converter answers, the unit behind it does not (exception ${String(exception)})\n\n`,
    );
  }
  io.out(`${frameLines(frames)}\n`);
  if (checks.length > 0) io.err(checkList(checks));
}
