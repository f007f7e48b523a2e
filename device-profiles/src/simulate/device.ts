import type { Clock } from '@city-testbed/runtime';
import type { ModbusProfile } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';
import { answerPdu } from './answer.ts';
import { createModbusImage } from './image.ts';
import { signalAt } from './signal-at.ts';

/** One device in simulated life: request PDU in, response PDU out. */
export interface DeviceLife {
  answer(pdu: Uint8Array): Uint8Array;
}

export function deviceLife(options: {
  readonly profile: ModbusProfile;
  readonly seed: number;
  readonly signals: Readonly<Record<string, Signal>>;
  readonly clock: Clock;
}): DeviceLife {
  const { profile, seed, signals, clock } = options;
  const startedAt = clock.now();
  const reads = new Map<string, number>();
  const image = createModbusImage(profile, ({ name }) => {
    const before = reads.get(name) ?? 0;
    reads.set(name, before + 1);
    return signalAt(profile, name, seed, clock.now(), { signals, startedAt, reads: before });
  });
  return { answer: (pdu) => answerPdu(image, pdu) };
}
