import { useTranslation } from 'react-i18next';
import type { Value } from '../../../src/contract/index.ts';
import { unitText, valueText } from '../format/units.ts';
import { useLanguage } from '../i18n/index.ts';

interface MetricValueProps {
  readonly value: Value;
  readonly unit: string | null;
  readonly testId?: string;
}

/** A value and its unit in the reader's locale; booleans as words, no value as a dash that is read out. */
export function MetricValue({ value, unit, testId }: MetricValueProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const text = typeof value === 'boolean' ? t(value ? 'value.yes' : 'value.no') : valueText(value, language);
  if (text === null)
    return (
      <span data-testid={testId}>
        <span aria-hidden>—</span>
        <span className="visually-hidden">{t('value.none')}</span>
      </span>
    );
  return (
    <span data-testid={testId} className="figures">
      {text}
      {unitText(unit) !== '' && <span className="unit">{`\u00a0${unitText(unit)}`}</span>}
    </span>
  );
}
