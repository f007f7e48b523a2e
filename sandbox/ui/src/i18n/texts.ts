type PluralEnding = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Base<Key> = Key extends `${infer Name}_${PluralEnding}` ? Name : Key;

/**
 * The shape that a translation must have: the same keys, any text. Plural forms may differ by language
 * (Romanian has "few"), so of a plural only the form that every language has is asked for.
 */
export type Texts<English> = {
  readonly [Key in keyof English as Key extends Base<Key> ? Key : never]: English[Key] extends string
    ? string
    : Texts<English[Key]>;
} & {
  readonly [Key in keyof English as Key extends Base<Key> ? never : `${Base<Key> & string}_other`]: string;
} & {
  readonly [
    Key in keyof English as Key extends Base<Key> ? never : `${Base<Key> & string}_${'one' | 'few'}`
  ]?: string;
};

/** A text in both languages, as the server sends it. */
export interface BothLanguages {
  readonly en: string;
  readonly ro: string;
}
