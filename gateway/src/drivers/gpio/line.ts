/** One GPIO line, as the driver needs it; onoff is one implementation, a fake in tests another. */
export interface Line {
  read(): Promise<0 | 1>;
  write(level: 0 | 1): Promise<void>;
  /** Calls for each edge with the level after it. */
  watch(listener: (level: 0 | 1) => void): void;
  close(): void;
}

export interface LineRequest {
  /** Number in /sys/class/gpio: the chip's base plus the offset. */
  readonly number: number;
  readonly direction: 'in' | 'out';
  readonly edge: 'none' | 'rising' | 'falling' | 'both';
}

/** Opens a line. Throws GATEWAY_GPIO_LINE. */
export type OpenLine = (request: LineRequest) => Line;
