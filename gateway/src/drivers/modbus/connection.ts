import type { Duplex } from 'node:stream';
import modbusSerial from 'modbus-serial';
import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { BadReason } from '../../model/reading.ts';
import type { Counting } from '../counters.ts';
import { endStream } from '../stream/connect.ts';
import type { FramePort } from './frame-port.ts';

// CommonJS: the module is the class itself, and names itself as its default export.
const ModbusClient = modbusSerial.default;

/** What modbus-serial calls back with: null or an error, and what was read (writes have no `data`). */
type Callback = (error: Error | null, result?: object) => void;
/** The library's types leave out function 43. */
export type Client = InstanceType<typeof ModbusClient> & {
  writeFC43(unit: number, readCode: number, object: number, done: Callback): void;
};
/** Sends one request, e.g. `(client, done) => client.writeFC4(1, 0, 2, done)`. */
export type Send = (client: Client, done: Callback) => void;

export type Reply =
  | {
      readonly ok: true;
      readonly words: ArrayLike<number | boolean>;
      /** Unit id and PDU. */
      readonly body: Uint8Array;
    }
  | { readonly ok: false; readonly reason: BadReason };

/** How long an answer may take, and what it may look like. */
export interface Patience {
  readonly timeoutMs: number;
  readonly anyUnit: boolean;
}

const NOTHING: ArrayLike<number> = [];
/** Requests that a stream has not taken: it is stuck, and they would all go out at once later. */
const MAX_UNSENT_BYTES = 1024;

function wordsOf(result: object | undefined): ArrayLike<number | boolean> {
  return result && 'data' in result && Array.isArray(result.data)
    ? (result.data as (number | boolean)[])
    : NOTHING;
}

/** One open stream with modbus-serial's client on it. One request at a time; a time-out leaves the stream alone. */
export class ModbusConnection {
  readonly client: Client;
  readonly #port: FramePort;
  readonly #stream: Duplex;
  readonly #counters: Counting;
  /** How long a byte takes on the line, where that counts: a time-out is for the device, not for the line. */
  readonly #byteMs: number;
  #settle: ((reply: Reply) => void) | undefined;
  #lose: ((error: Error) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #why = 'the other end closed it';
  #ended = false;

  constructor(stream: Duplex, port: FramePort, counters: Counting, byteMs = 0) {
    this.#stream = stream;
    this.#port = port;
    this.#counters = counters;
    this.#byteMs = byteMs;
    this.client = new ModbusClient(port) as Client;
    this.client.open(() => undefined);
    port.on('malformed', () => this.#settle?.({ ok: false, reason: 'malformed' }));
    stream.on('error', (error) => (this.#why = messageOf(error)));
    stream.on('close', () => {
      this.#ended = true;
      this.#lose?.(this.#lost());
    });
  }

  get closed(): boolean {
    return this.#ended || this.#stream.destroyed;
  }

  /** The answer, or why there is none. Throws GATEWAY_PORT_LOST when the stream ended. */
  request(send: Send, { timeoutMs, anyUnit }: Patience): Promise<Reply> {
    this.#counters.requests += 1;
    return new Promise((resolve, reject) => {
      if (this.#stream.writableLength > MAX_UNSENT_BYTES) this.close('it takes no bytes');
      if (this.closed) {
        reject(this.#lost());
        return;
      }
      const over = (): void => {
        clearTimeout(this.#timer);
        this.#settle = undefined;
        this.#lose = undefined;
      };
      const settle = (reply: Reply): void => {
        if (this.#settle !== settle) return;
        over();
        resolve(reply);
      };
      this.#settle = settle;
      this.#lose = (error) => {
        over();
        reject(error);
      };
      this.#port.anyUnit = anyUnit;
      send(this.client, (error, result) => {
        if (error) settle({ ok: false, reason: this.#reasonOf(error) });
        else settle({ ok: true, words: wordsOf(result), body: this.#port.answered });
      });
      if (this.#settle !== settle) return;
      const lineMs = this.#byteMs * this.#port.exchangeBytes;
      this.#timer = setTimeout(() => settle(this.#giveUp()), timeoutMs + lineMs);
    });
  }

  close(why = 'it was closed'): void {
    this.#why = why;
    this.#ended = true;
    endStream(this.#stream);
  }

  #giveUp(): Reply {
    this.#counters.timeouts += 1;
    const came = this.#port.forget();
    if (came === 'silence') return { ok: false, reason: 'no_response' };
    if (came === 'checksum') this.#counters.checksumErrors += 1;
    return { ok: false, reason: came };
  }

  #reasonOf(error: Error): BadReason {
    const code = 'modbusCode' in error ? Number(error.modbusCode) : 0;
    if (code === 0) return 'malformed';
    this.#counters.exceptions += 1;
    return `exception_${code}`;
  }

  #lost(): Error {
    return gatewayError('GATEWAY_PORT_LOST', this.#why);
  }
}
