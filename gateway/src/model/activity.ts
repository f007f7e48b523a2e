/** Whether a part of the pipeline moves, as a watchdog asks. */
export interface Activity {
  /** What it is, for the log: `port rs485`. */
  readonly name: string;
  /**
   * Monotonic ms by which it has moved on, whatever the field and the disk do; past it, it hangs. Undefined while it has
   * nothing to do; -Infinity where it stands still for good.
   */
  readonly dueAt: number | undefined;
}
