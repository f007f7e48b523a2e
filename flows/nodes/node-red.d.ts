import type { Connection } from './lib/connection.cjs';

/** As much of Node-RED's runtime API as the city's nodes use (https://nodered.org/docs/creating-nodes/node-js). */
export interface Status {
  fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  shape?: 'ring' | 'dot';
  text?: string;
}

export type Message = Record<string, unknown>;
export type Done = (error?: Error) => void;

export interface RedNode {
  readonly id: string;
  credentials?: Record<string, string | undefined>;
  on(
    event: 'input',
    listener: (message: Message, send: (message: Message) => void, done: Done) => void,
  ): void;
  on(event: 'close', listener: (done: () => void) => void): void;
  send(message: Message): void;
  status(status: Status): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface RedApi {
  nodes: {
    createNode(node: RedNode, config: object): void;
    getNode(id: string): unknown;
    registerType(
      type: string,
      create: (this: RedNode, config: never) => void,
      options?: { credentials?: Record<string, { type: 'text' | 'password' }> },
    ): void;
  };
}

/** What a `city-connection` node gives to the nodes that name it. */
export interface CityConnectionNode extends RedNode {
  /** Absent where the settings do not make a connection: `problem` says why. */
  connection?: Connection;
  prefix: string;
  problem: string;
}
