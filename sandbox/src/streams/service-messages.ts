import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isCoded, messageOf, type Clock, type CodedError, type Logger } from '@city-testbed/runtime';
import { sandboxError } from '../errors.ts';
import { FaultLog } from '../mqtt/fault-log.ts';
import type { MqttLink } from '../mqtt/mqtt-link.ts';
import type { PilotDirectory } from '../pilots/pilots.ts';
import { COMMAND_LIFE_MS, type DeviceCommands } from './device-commands.ts';
import type { PilotMessages } from './pilot-messages.ts';

export interface ServiceMessageParts {
  readonly link: MqttLink;
  readonly pilots: PilotDirectory;
  readonly messages: PilotMessages;
  readonly isActive: (pilot: string) => boolean;
  readonly maySet: (pilot: string, device: string, metric: string) => boolean;
  readonly commands: DeviceCommands;
  readonly outputBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const Command = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 1024 })]),
  expiresAt: Type.Optional(Type.String({ maxLength: 64 })),
});
type Command = Static<typeof Command>;

const PREFIX = /^pilots\/([a-z0-9-]{1,64})\/live\/(.+)$/;
const OUTPUT_NAME = /^out\/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)$/;
/** Outputs that may be on their way into the database. */
const MOST_UNDER_WAY = 1000;
const COMMAND_BYTES = 4096;
const COMMAND_TOPIC = /^commands\/([^/]{1,64})\/([^/]{1,128})$/;

/** What services say: outputs are checked and kept, commands are answered. */
export class ServiceMessages {
  readonly #parts: ServiceMessageParts;
  readonly #faults: FaultLog;
  #underWay = 0;
  #kept = 0;

  constructor(parts: ServiceMessageParts) {
    this.#parts = parts;
    this.#faults = new FaultLog(parts.clock, parts.log);
    const { link } = parts;
    link.onConnected(() =>
      link.subscribe(
        ['pilots/+/live/out/+', 'pilots/+/live/commands/+/+'].map((filter) => ({ filter, qos: 1 })),
      ),
    );
    link.onMessage('pilots/', (topic, payload) => this.#hear(topic, payload));
  }

  get kept(): number {
    return this.#kept;
  }

  get faults(): ReadonlyMap<string, number> {
    return this.#faults.counts;
  }

  #hear(topic: string, payload: Uint8Array): void {
    const [, pilot, rest] = PREFIX.exec(topic) ?? [];
    // A pilot that is not in force has no session; what was under way when it ended is nobody's.
    if (pilot === undefined || rest === undefined || !this.#parts.isActive(pilot)) return;
    if (rest.startsWith('out/')) void this.#output(pilot, rest, payload);
    else if (rest.startsWith('commands/')) this.#command(pilot, topic, rest, payload);
  }

  async #output(pilot: string, topic: string, payload: Uint8Array): Promise<void> {
    const at = this.#parts.clock.now();
    try {
      const { name, value } = this.#parse(topic, payload);
      if (this.#underWay >= MOST_UNDER_WAY) throw sandboxError('SANDBOX_OUTPUT_BUSY', topic);
      this.#underWay++;
      try {
        await this.#parts.pilots.keepOutput(pilot, name, value, at);
      } finally {
        this.#underWay--;
      }
      this.#kept++;
      this.#show(pilot, topic, value, payload.length, at, null);
    } catch (error) {
      const fault = isCoded(error)
        ? error
        : sandboxError('SANDBOX_STORE_FAILED', messageOf(error), { cause: error });
      this.#refuse(pilot, topic, payload, fault);
    }
  }

  #parse(topic: string, payload: Uint8Array): { name: string; value: unknown } {
    const { outputBytes } = this.#parts;
    const name = OUTPUT_NAME.exec(topic)?.[1];
    if (name === undefined)
      throw sandboxError('SANDBOX_OUTPUT_MALFORMED', `name in ${JSON.stringify(topic)}`);
    if (payload.length > outputBytes) {
      throw sandboxError('SANDBOX_OUTPUT_TOO_LARGE', `${payload.length} bytes, at most ${outputBytes}`);
    }
    const value = jsonOf(payload);
    if (value === undefined)
      throw sandboxError('SANDBOX_OUTPUT_MALFORMED', `${topic}: ${payload.length} bytes`);
    return { name, value };
  }

  /** Every command is answered: by the device's gateway, or at once with why it is not done. */
  #command(pilot: string, topic: string, rest: string, payload: Uint8Array): void {
    const command = payload.length <= COMMAND_BYTES ? commandOf(payload) : undefined;
    const answer = (json: object): void => this.#answer(pilot, topic, rest, json);
    try {
      this.#send(pilot, rest, command, answer);
      this.#show(pilot, rest, command, payload.length, this.#parts.clock.now(), null);
    } catch (error) {
      const fault = isCoded(error) ? error : sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', messageOf(error));
      this.#refuse(pilot, rest, payload, fault);
      answer({ id: command?.id ?? null, accepted: false, code: fault.code, detail: fault.message });
    }
  }

  #send(pilot: string, rest: string, command: Command | undefined, answer: (json: object) => void): void {
    const { maySet, commands, clock, pilots } = this.#parts;
    const [, device, metric] = COMMAND_TOPIC.exec(rest) ?? [];
    if (!command || device === undefined || metric === undefined) {
      throw sandboxError('SANDBOX_COMMAND_MALFORMED', rest);
    }
    if (!maySet(pilot, device, metric)) throw sandboxError('SANDBOX_COMMAND_NOT_GRANTED', rest);
    const now = clock.now();
    const expiresAt = command.expiresAt === undefined ? now + COMMAND_LIFE_MS : Date.parse(command.expiresAt);
    if (!(expiresAt > now)) throw sandboxError('SANDBOX_COMMAND_EXPIRED', rest);
    if (commands.full) throw sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', 'too many commands are under way');
    const { id, value } = command;
    commands.send(pilot, { device, metric, value, id, expiresAt }, (result) => {
      const detail = `${rest} = ${String(value)}`.slice(0, 200);
      const code = result.ok ? 'carried_out' : (result.reason ?? 'failed');
      pilots.recordEvent(pilot, { at: clock.now(), kind: 'command', code, detail });
      answer(result);
    });
  }

  #answer(pilot: string, topic: string, rest: string, json: object): void {
    const text = Buffer.from(JSON.stringify(json));
    const sent = this.#parts.link.send({ topic: `${topic}/result`, payload: text, qos: 1, retain: false });
    this.#parts.messages.add(pilot, {
      at: new Date(this.#parts.clock.now()).toISOString(),
      topic: `${rest}/result`,
      direction: 'receive',
      payload: json,
      bytes: text.length,
      accepted: sent,
      reason: sent ? null : 'broker_unreachable',
    });
  }

  #refuse(pilot: string, topic: string, payload: Uint8Array, fault: CodedError): void {
    const at = this.#parts.clock.now();
    const shown = payload.length <= this.#parts.outputBytes ? shownOf(payload) : `(${payload.length} bytes)`;
    this.#show(pilot, topic, shown, payload.length, at, fault.code);
    if (!this.#faults.report(`pilots/${pilot}/live/${topic.slice(0, 200)}`, fault)) return;
    this.#parts.pilots.recordEvent(pilot, { at, kind: 'refused', code: fault.code, detail: fault.message });
  }

  #show(
    pilot: string,
    topic: string,
    payload: unknown,
    bytes: number,
    at: number,
    reason: string | null,
  ): void {
    const accepted = reason === null;
    const message = {
      at: new Date(at).toISOString(),
      topic,
      direction: 'send',
      payload,
      bytes,
      accepted,
      reason,
    } as const;
    this.#parts.messages.add(pilot, message);
  }
}

function commandOf(payload: Uint8Array): Command | undefined {
  const command = jsonOf(payload);
  return Value.Check(Command, command) ? command : undefined;
}

/** undefined where it is not JSON in UTF-8. */
function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined; // the caller refuses it, with a code
  }
}

function shownOf(payload: Uint8Array): unknown {
  return jsonOf(payload) ?? Buffer.from(payload).toString();
}
