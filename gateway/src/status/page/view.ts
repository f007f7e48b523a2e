import type { Words } from '../words/words.ts';
import type { Amounts } from './amounts.ts';
import { html, type Insert, type Markup } from './html.ts';

/** What every part of the page needs. */
export interface View {
  readonly words: Words;
  readonly amounts: Amounts;
  /** Wall time of the status, ms. */
  readonly now: number;
}

export type Row = readonly [title: string, content: Insert, bad?: boolean] | undefined | false;

/** A list of titles and what stands for them. Rows that are undefined are left out. */
export function rows(list: readonly Row[]): Markup {
  return html`<dl>
    ${list.map(
      (row) =>
        row &&
        html`<dt>${row[0]}</dt>
          <dd ${row[2] === true && html`class="bad"`}>${row[1]}</dd>`,
    )}
  </dl>`;
}

/** A moment as how long ago it was. */
export function since({ amounts, now, words }: View, at: number | undefined): string {
  return at === undefined ? words.text.never : amounts.ago(now - at);
}
