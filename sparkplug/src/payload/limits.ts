/** What a payload may hold. Everything that a stranger sends is measured against these before memory is taken. */
export interface PayloadLimits {
  /** Bytes of the whole payload. */
  readonly bytes: number;
  /** Metrics in the payload, those inside templates among them. */
  readonly metrics: number;
  /** Levels of Template in Template and PropertySet in PropertySet; 1 allows one level. */
  readonly depth: number;
  /** Bytes of one string (UTF-8) or one byte field. */
  readonly stringBytes: number;
  /** Elements of one array, cells of one DataSet, and properties of the whole payload. */
  readonly elements: number;
}

export const defaultPayloadLimits: PayloadLimits = Object.freeze({
  bytes: 1024 * 1024,
  metrics: 10_000,
  depth: 8,
  stringBytes: 256 * 1024,
  elements: 100_000,
});
