import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Series } from '../../../../src/contract/index.ts';
import { measured } from '../../format/number.ts';
import { cityTime } from '../../format/time.ts';
import { unitText } from '../../format/units.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Chart } from './Chart.tsx';
import { useChartLooks } from './chart-looks.ts';
import { seriesOption } from './series-option.ts';
import { seriesRows, summarise } from './series-rows.ts';

interface SeriesChartProps {
  readonly series: Series;
  readonly label: string;
  /** Values are yes or no: drawn as steps. */
  readonly yesNo: boolean;
}

/** A metric over time: mean, minimum to maximum, gaps, bad readings, and what is synthetic. */
export default function SeriesChart({ series, label, yesNo }: SeriesChartProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const looks = useChartLooks();
  const summary = useMemo(() => summarise(series.points), [series]);
  const option = useMemo(
    () =>
      seriesOption({
        rows: seriesRows(series),
        from: Date.parse(series.from),
        to: Date.parse(series.to),
        resolution: series.resolution,
        unit: unitText(series.unit),
        yesNo,
        language,
        looks,
        words: {
          mean: series.resolution === 'raw' ? t('device.value') : t('device.mean'),
          band: t('device.band'),
          bad: t('device.badReadings'),
          synthetic: t('device.synthetic'),
          gap: t('device.gap'),
          counts: (good, bad) => t('device.readingsCount', { good: String(good), bad: String(bad) }),
          yes: t('value.yes'),
          no: t('value.no'),
        },
      }),
    [series, yesNo, language, looks, t],
  );
  const number = (value: number | null) =>
    value === null ? '–' : `${measured(value, language)} ${unitText(series.unit)}`.trim();
  return (
    <Chart
      option={option}
      height={320}
      testId="series-chart"
      label={t('device.chartLabel', {
        metric: label,
        from: cityTime(Date.parse(series.from), language),
        to: cityTime(Date.parse(series.to), language),
        good: measured(summary.good, language),
        bad: measured(summary.bad, language),
        min: number(summary.min),
        max: number(summary.max),
        mean: number(summary.mean),
      })}
    />
  );
}
