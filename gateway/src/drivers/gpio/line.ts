/** One GPIO line, as the driver needs it; onoff is one implementation, a fake in tests another. */
export interface Line {
  read(): Promise<0 | 1>;
  write(level: 0 | 1): Promise<void>;
  /** Calls for each edge with the level after it. Edges that come together are told once. Reading meanwhile may hide one. */
  watch(listener: (level: 0 | 1) => void): void;
  /** Whether it is still ours and set as it was asked for: another program may have taken it away. */
  inPlace(): boolean;
  /** Gives the line back; an output stays as it is, so that what it switches is not switched. */
  close(): void;
}

export interface LineRequest {
  /** Number in /sys/class/gpio: the chip's base plus the offset. */
  readonly number: number;
  readonly direction: 'in' | 'out';
  readonly edge: 'none' | 'both';
}

/** Opens a line. Throws GATEWAY_GPIO_LINE. */
export type OpenLine = (request: LineRequest) => Line;
