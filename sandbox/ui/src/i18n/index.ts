import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { pickLanguage, type Language } from '../format/language.ts';
import type { texts as english } from './en/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof english };
  }
}

const storageKey = 'city-testbed-language';

/** Only the chosen language is loaded; the other one comes when it is asked for. */
const loaders: Record<Language, () => Promise<{ texts: object }>> = {
  ro: () => import('./ro/index.ts'),
  en: () => import('./en/index.ts'),
};

function kept(): string | null {
  try {
    return window.localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const { texts } = await loaders[language]();
  i18next.addResourceBundle(language, 'translation', texts);
}

/** Starts translation with the kept language, the browser's, or Romanian. */
export async function startTranslation(): Promise<void> {
  const language = pickLanguage(kept(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Changes the language of the whole interface and keeps the choice. */
export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    window.localStorage.setItem(storageKey, language);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** The language in use; redraws the component when it changes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'ro';
}
