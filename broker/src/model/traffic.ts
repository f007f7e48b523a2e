import type { Transport } from './principal.ts';

/** What passed through, as plain numbers: they are counted on every packet and read only when someone asks. */
export class Traffic {
  readonly transport: Transport;
  bytesIn = 0;
  bytesOut = 0;
  messagesIn = 0;
  messagesOut = 0;
  connects = 0;

  constructor(transport: Transport) {
    this.transport = transport;
  }
}
