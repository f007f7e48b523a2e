import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Evaluation } from '../../../../src/contract/index.ts';
import { percent } from '../../format/number.ts';
import { wallTime } from '../../format/time.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Chart } from './Chart.tsx';
import { hatch, useChartLooks } from './chart-looks.ts';
import { tooltipHtml } from './tooltip.ts';

interface DaysChartProps {
  readonly days: Evaluation['days'];
  /** Percent. */
  readonly target: number;
}

/** A bar per local day against the target; hatched where synthetic readings count. */
export default function DaysChart({ days, target }: DaysChartProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const looks = useChartLooks();
  const option = useMemo((): EChartsCoreOption => {
    const dayName = (day: string, style: 'shortDate' | 'date') =>
      wallTime(Date.parse(`${day}T00:00:00Z`), language, style);
    return {
      animation: false,
      textStyle: { fontFamily: 'inherit' },
      grid: { left: 8, right: 14, top: 18, bottom: 8, containLabel: true },
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: looks.surface,
        borderColor: looks.grid,
        textStyle: { color: looks.strong, fontSize: 13 },
        axisPointer: { type: 'shadow', shadowStyle: { color: looks.grid, opacity: 0.4 } },
        formatter: (items: readonly { dataIndex: number }[]) => {
          const day = days[items[0]?.dataIndex ?? -1];
          if (day === undefined) return '';
          const value =
            day.completenessPercent === null ? '–' : percent(day.completenessPercent, language, 1);
          return tooltipHtml(dayName(day.day, 'date'), [
            [t('results.indicator.completeness'), value],
            [t('results.target'), percent(target, language)],
            ...(day.synthetic ? [[t('device.synthetic'), '▨'] as const] : []),
          ]);
        },
      },
      xAxis: {
        type: 'category',
        data: days.map(({ day }) => dayName(day, 'shortDate')),
        axisLine: { lineStyle: { color: looks.grid } },
        axisTick: { show: false },
        axisLabel: { color: looks.text, hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: 100,
        axisLabel: { color: looks.text, formatter: (value: number) => percent(value, language, 0) },
        splitLine: { lineStyle: { color: looks.grid } },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 34,
          barCategoryGap: '28%',
          data: days.map(({ completenessPercent, synthetic }) => {
            const color = synthetic ? looks.synthetic : looks.line;
            return {
              value: completenessPercent,
              itemStyle: {
                color,
                opacity: synthetic ? 0.75 : 1,
                borderRadius: [3, 3, 0, 0],
                ...(synthetic ? { decal: hatch(looks.surface) } : {}),
              },
            };
          }),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: looks.target, type: [5, 4], width: 1.5 },
            data: [{ yAxis: target }],
          },
        },
      ],
    };
  }, [days, target, language, looks, t]);
  const known = days.flatMap(({ completenessPercent }) =>
    completenessPercent === null ? [] : [completenessPercent],
  );
  return (
    <Chart
      option={option}
      height={260}
      testId="days-chart"
      label={t('results.daysLabel', {
        count: days.length,
        low: percent(Math.min(...known), language),
        high: percent(Math.max(...known), language),
        target: percent(target, language),
      })}
    />
  );
}
