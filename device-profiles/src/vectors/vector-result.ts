/** What became of one vector of a profile's `tests`. */
export interface VectorResult {
  readonly index: number;
  /** Where it stands in the file. Default: tests.<index>. */
  readonly path?: string;
  readonly note: string | undefined;
  /** One sentence for each thing that is not as the vector says; empty when it passed. */
  readonly failures: readonly string[];
}
