import type { SerialPort } from 'serialport';
import { deviceBehind } from './serial-names.ts';

/** Often enough that a replugged adapter is back within seconds; it costs one look at a folder in memory. */
const LOOK_MS = 1000;
/** A name that leads elsewhere may be a second adapter of the same name; so many silent looks say that it is not. */
const SILENT_LOOKS = 2;

/**
 * Closes a port whose adapter was unplugged. The kernel hangs such a line up: reads then bring nothing, for ever, and
 * serialport waits on. The name in /dev is what tells: it is gone, or leads to another device.
 */
export function closeWhenUnplugged(port: SerialPort, path: string, lookMs: number = LOOK_MS): void {
  const opened = deviceBehind(path);
  let heard = false;
  let listening = false;
  let silentLooks = 0;
  const look = setInterval(() => {
    // Only behind the owner: a stream without a listener holds its bytes for him.
    if (!listening && port.listenerCount('data') > 0) {
      listening = true;
      port.on('data', () => (heard = true));
    }
    const elsewhere = deviceBehind(path) !== opened;
    silentLooks = elsewhere && !heard ? silentLooks + 1 : 0;
    heard = false;
    const gone = elsewhere && (opened === undefined || deviceBehind(opened) === undefined);
    if ((gone || silentLooks >= SILENT_LOOKS) && port.isOpen) {
      port.close(undefined, new Error(gone ? 'unplugged' : `${path} leads to another device now`));
    }
  }, lookMs);
  look.unref();
  port.once('close', () => clearInterval(look));
}

/** Calls back once, as soon as the path leads to a device. Returns what ends the waiting. */
export function whenPluggedIn(path: string, callback: () => void, lookMs: number = LOOK_MS): () => void {
  const look = setInterval(() => {
    if (deviceBehind(path) === undefined) return;
    clearInterval(look);
    callback();
  }, lookMs);
  look.unref();
  return () => clearInterval(look);
}
