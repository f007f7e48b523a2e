/** Markup that may go into a page as it is: only `html` makes it. */
export interface Markup {
  readonly markup: string;
}

export type Insert = Markup | string | number | undefined | false | readonly Insert[];

/**
 * A template whose inserted texts are escaped, so that no name from a configuration and no word of a device can become
 * markup. Lists are joined; undefined and false leave nothing.
 */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return {
    markup: strings.reduce((page, text, index) => `${page}${text}${written(inserts[index])}`, ''),
  };
}

function written(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (typeof insert === 'string' || typeof insert === 'number') return escaped(String(insert));
  return 'markup' in insert ? insert.markup : insert.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
