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
export type Client = InstanceType<typeof ModbusClient>;

/** What modbus-serial calls back with: null or an error, and what was read (writes have no `data`). */
type Callback = (error: Error | null, result?: object) => void;
/** Sends one request, e.g. `(client, done) => client.writeFC4(1, 0, 2, done)`. */
export type Send = (client: Client, done: Callback) => void;

export type Reply =
  | { readonly ok: true; readonly words: ArrayLike<number | boolean> }
  | { readonly ok: false; readonly reason: BadReason };

const NOTHING: ArrayLike<number> = [];

function wordsOf(result: object | undefined): ArrayLike<number | boolean> {
  return result && 'data' in result && Array.isArray(result.data)
    ? (result.data as (number | boolean)[])
    : NOTHING;
}

/** One open stream with modbus-serial's client on it. One request at a time; a time-out leaves the stream alone. */
export class ModbusConnection {
  readonly #client: Client;
  readonly #port: FramePort;
  readonly #stream: Duplex;
  readonly #counters: Counting;
  #lose: ((error: Error) => void) | undefined;
  #why = 'the other end closed it';
  closed = false;

  constructor(stream: Duplex, port: FramePort, counters: Counting) {
    this.#stream = stream;
    this.#port = port;
    this.#counters = counters;
    this.#client = new ModbusClient(port);
    this.#client.open(() => undefined);
    stream.on('error', (error) => (this.#why = messageOf(error)));
    stream.on('close', () => {
      this.closed = true;
      this.#lose?.(this.#lost());
    });
  }

  /** The answer, or why there is none. Throws GATEWAY_PORT_LOST when the stream ended. */
  request(send: Send, timeoutMs: number): Promise<Reply> {
    this.#counters.requests += 1;
    return new Promise((resolve, reject) => {
      if (this.closed || this.#stream.destroyed) {
        reject(this.#lost());
        return;
      }
      let settled = false;
      const settle = (reply: Reply): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        this.#lose = undefined;
        resolve(reply);
      };
      const timer = setTimeout(() => {
        this.#counters.timeouts += 1;
        const broken = this.#port.forget() === 'checksum';
        if (broken) this.#counters.checksumErrors += 1;
        settle({ ok: false, reason: broken ? 'checksum' : 'no_response' });
      }, timeoutMs);
      this.#lose = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      send(this.#client, (error, result) => {
        if (!error) settle({ ok: true, words: wordsOf(result) });
        else settle({ ok: false, reason: this.#reasonOf(error) });
      });
    });
  }

  close(): void {
    this.#why = 'it was closed';
    endStream(this.#stream);
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
