import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { languages, type Language } from '../format/language.ts';
import { chooseLanguage, useLanguage } from '../i18n/index.ts';

const names: Record<Language, string> = { ro: 'Română', en: 'English' };

/** Romanian or English, for the whole interface. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('menu.language')}
      data-testid="language"
      value={language}
      onChange={(value) => void chooseLanguage(value === 'en' ? 'en' : 'ro')}
      data={languages.map((code) => ({
        value: code,
        label: (
          <>
            <span aria-hidden>{code.toUpperCase()}</span>
            <span className="visually-hidden" lang={code}>
              {names[code]}
            </span>
          </>
        ),
      }))}
    />
  );
}
