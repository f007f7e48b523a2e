/** One file of a support bundle. */
export interface Piece {
  /** File name in the bundle. */
  readonly name: string;
  /** What it holds, for the table of contents. */
  readonly about: string;
  /** Its text, with secrets still in it. What it throws becomes the text. */
  readonly collect: () => Promise<string>;
}
