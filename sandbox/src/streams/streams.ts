import type { DeviceStatus, DeviceUpdate, PilotMessage } from '../contract/index.ts';

/** Live messages as they pass, for the API's event streams. Nothing is buffered for a slow listener here. */
export interface Streams {
  /** All device updates (`readings`) and status changes (`status`) as they are stored; the API filters by what the person may see. */
  onDevice(listener: (event: { readings: DeviceUpdate } | { status: DeviceStatus }) => void): () => void;
  /** Every message on a pilot's prefix, in both directions. */
  onPilot(pilot: string, listener: (message: PilotMessage) => void): () => void;
  /** The last messages of a pilot (bounded), newest last: what a page shows before the first live one. */
  recent(pilot: string): readonly PilotMessage[];
}
