import type { MetricValue } from '@city-testbed/device-profiles';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { BadReason } from '../model/reading.ts';

/** A value of the metric at `index` of the poll's metrics, or why there is none. */
export type Sampled =
  | { readonly index: number; readonly value: MetricValue }
  | { readonly index: number; readonly reason: BadReason };

/** What one poll brought. */
export interface Sample {
  /** false: nobody answered at all, so that asking again soon would only cost the others time. */
  readonly responded: boolean;
  readonly values: readonly Sampled[];
  /** Monotonic time of the observation, ms, where it is not that of the poll: a frame that came earlier. */
  readonly observedAt?: number;
  /** Pulse counters as of this sample, to be kept with it. */
  readonly counters?: ReadonlyMap<string, number>;
}

export type WriteOutcome =
  /** `value`: as read back from the device afterwards, where that was asked for. */
  | { readonly ok: true; readonly value?: MetricValue }
  | {
      readonly ok: false;
      readonly reason:
        | BadReason
        | 'read_only'
        | 'wrong_type'
        | 'unknown_word'
        | 'too_long'
        | 'expired'
        | 'read_back_differs';
      readonly value?: MetricValue;
    };

/** Who answers at a unit id. */
export interface Identity {
  /** Somebody answered, be it with an exception. */
  readonly present: boolean;
  /** From Modbus function 43/14, where the device knows it. */
  readonly vendor?: string;
  readonly product?: string;
  readonly revision?: string;
}

/** Metrics of one device that are read together. It keeps what was learnt, e.g. that a range has to be split. */
export interface Poll {
  /**
   * Called last, before the port is closed for good: what must not be lost with the process, e.g. pulses that were
   * counted since the last sample. Left out, or undefined: nothing.
   */
  last?(): Promise<Sample | undefined>;
  /**
   * Reads now. Undefined: nothing new since the last time, which is no fault (a sensor that sends by itself).
   * Whatever the device does becomes a reason in the sample; it throws GATEWAY_PORT_* only when the port is gone.
   */
  read(): Promise<Sample | undefined>;
}

export interface DeviceLink {
  poll(metrics: readonly DeviceMetric[]): Poll;
  /** Writes one metric. Throws GATEWAY_PORT_* only when the port is gone. */
  write(metric: string, value: MetricValue): Promise<WriteOutcome>;
}

/**
 * A port to the field. One worker uses it, and has one request under way at a time.
 * `open` may be called again after the port was lost.
 */
export interface Driver {
  readonly isOpen: boolean;
  /** Throws GATEWAY_PORT_OPEN, GATEWAY_GPIO_LINE or GATEWAY_DRIVER_MISSING. */
  open(): Promise<void>;
  /** Idempotent; ends a request that is under way. */
  close(): Promise<void>;
  /** Call once per device, before or after `open`. */
  link(device: ConfiguredDevice): DeviceLink;
  /**
   * Calls back when the port was lost, so that it is opened again before the next poll is due, and when its device is
   * back, so that nobody waits for the end of a back-off. One listener; a driver without it tells nothing by itself.
   */
  onChange?(listener: (change: 'lost' | 'back') => void): void;
  /** What is wrong with a part of the port, while the rest of it works; undefined: nothing. */
  readonly fault?: string | undefined;
  /** Who is at a unit id: Modbus only. Throws GATEWAY_PORT_* only when the port is gone. */
  identify?(unit: number, timeoutMs: number): Promise<Identity>;
  /** What went by without belonging to any request: late, foreign and broken frames. */
  readonly counters: DriverCounters;
}

export interface DriverCounters {
  readonly requests: number;
  readonly timeouts: number;
  readonly exceptions: number;
  readonly strayFrames: number;
  readonly checksumErrors: number;
}

/** Where pulse counts are kept over a restart. */
export interface CounterMemory {
  counter(key: string): number;
}

/** A command that is to be carried out before the next poll. */
export interface WriteRequest {
  readonly device: string;
  readonly metric: string;
  readonly value: MetricValue;
  /** Monotonic ms after which it must not be carried out any more. */
  readonly deadline?: number;
}
