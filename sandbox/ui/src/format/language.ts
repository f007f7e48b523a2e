/** Languages of the interface. */
export const languages = ['ro', 'en'] as const;
export type Language = (typeof languages)[number];

/** Locale for Intl. British English, because the city writes the day before the month. */
export const locales: Record<Language, string> = { ro: 'ro-RO', en: 'en-GB' };

/** The language to start with: the kept choice, else the browser's first known one, else Romanian. */
export function pickLanguage(kept: string | null, browser: readonly string[]): Language {
  const known = (tag: string) => languages.find((language) => tag.toLowerCase().split('-')[0] === language);
  if (kept !== null) {
    const language = known(kept);
    if (language) return language;
  }
  for (const tag of browser) {
    const language = known(tag);
    if (language) return language;
  }
  return 'ro';
}
