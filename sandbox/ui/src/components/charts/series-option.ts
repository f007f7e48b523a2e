import type { EChartsCoreOption } from 'echarts/core';
import type { Resolution } from '../../../../src/contract/index.ts';
import type { Language } from '../../format/language.ts';
import { axisNumber, measured } from '../../format/number.ts';
import { wallTime } from '../../format/time.ts';
import { wallClock } from '../../format/zone.ts';
import { hatch, type ChartLooks } from './chart-looks.ts';
import type { SeriesRow } from './series-rows.ts';
import { tooltipHtml } from './tooltip.ts';

interface SeriesDrawing {
  readonly rows: readonly SeriesRow[];
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly resolution: Resolution;
  /** As printed; empty for none. */
  readonly unit: string;
  readonly yesNo: boolean;
  readonly language: Language;
  readonly looks: ChartLooks;
  readonly words: {
    readonly mean: string;
    readonly band: string;
    readonly bad: string;
    readonly synthetic: string;
    readonly gap: string;
    readonly counts: (good: number, bad: number) => string;
    readonly yes: string;
    readonly no: string;
  };
}

type Cell = [at: number, value: number | null];
const badHeight = 30;
// Both drawings share one time axis, so their edges must agree.
const left = 56;

/**
 * Splits rows into measured and synthetic ones. The row after a change belongs to both, so that the line
 * does not break where nothing is missing.
 */
function partOf(rows: readonly SeriesRow[], synthetic: boolean): SeriesRow[] {
  return rows.map((row, index) => {
    const before = rows[index - 1];
    const inside =
      row.synthetic === synthetic ||
      (!synthetic && before !== undefined && before.synthetic !== row.synthetic);
    return inside ? row : { ...row, mean: null, min: null, max: null };
  });
}

/** Two lines and the filled band between them: stacked, because that is how the library fills between lines. */
function bandAndLine(rows: readonly SeriesRow[], name: string, drawing: SeriesDrawing, synthetic: boolean) {
  const { looks, resolution, yesNo } = drawing;
  const color = synthetic ? looks.synthetic : looks.line;
  const cells = (pick: (row: SeriesRow) => number | null): Cell[] => rows.map((row) => [row.at, pick(row)]);
  const quiet = {
    type: 'line',
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
    stackStrategy: 'all',
  };
  const step = yesNo && resolution === 'raw' ? 'end' : false;
  const band =
    resolution === 'raw'
      ? []
      : [
          { ...quiet, stack: name, data: cells(({ min }) => min) },
          {
            ...quiet,
            stack: name,
            data: cells(({ min, max }) => (min === null || max === null ? null : max - min)),
            itemStyle: { color, ...(synthetic ? { decal: hatch(color) } : {}) },
            areaStyle: { color, opacity: synthetic ? 0.22 : 0.2 },
          },
        ];
  return [
    ...band,
    {
      type: 'line',
      name,
      step,
      data: cells(({ mean }) => mean),
      // A point between two gaps would be invisible as a line.
      showSymbol: true,
      symbol: synthetic ? 'emptyCircle' : 'circle',
      symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) => (lonely(rows, dataIndex) ? 5 : 0),
      itemStyle: { color },
      lineStyle: { color, width: 1.9, type: synthetic ? [6, 4] : 'solid' },
      ...(resolution === 'raw' && synthetic ? { areaStyle: { color, opacity: 0.07 } } : {}),
    },
  ];
}

function lonely(rows: readonly SeriesRow[], index: number): boolean {
  return (
    (rows[index]?.mean ?? null) !== null &&
    (rows[index - 1]?.mean ?? null) === null &&
    (rows[index + 1]?.mean ?? null) === null
  );
}

/** The chart of one metric as ECharts draws it. */
export function seriesOption(drawing: SeriesDrawing): EChartsCoreOption {
  const { rows, from, to, looks, language, words, unit, yesNo } = drawing;
  const anyBad = rows.some(({ bad }) => bad > 0);
  const anySynthetic = rows.some(({ synthetic }) => synthetic);
  const bottom = anyBad ? badHeight + 44 : 30;
  const span = to - from;
  const axis = {
    type: 'time',
    min: wallClock(from),
    max: wallClock(to),
    axisLine: { lineStyle: { color: looks.grid } },
    axisTick: { lineStyle: { color: looks.grid } },
    splitLine: { show: false },
  };
  const label = {
    color: looks.text,
    hideOverlap: true,
    fontFamily: 'inherit',
    formatter: (at: number) => axisLabel(at, span, language),
  };
  const byTime = new Map(rows.map((row) => [row.at, row]));
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: 'inherit' },
    grid: [
      { left, right: 16, top: 28, bottom },
      ...(anyBad ? [{ left, right: 16, height: badHeight, bottom: 26 }] : []),
    ],
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: looks.surface,
      borderColor: looks.grid,
      textStyle: { color: looks.strong, fontSize: 13 },
      axisPointer: { lineStyle: { color: looks.text } },
      formatter: (items: readonly { axisValue: unknown }[]) => {
        const at = Number(items[0]?.axisValue);
        const row = byTime.get(at);
        return row === undefined ? '' : tooltip(row, drawing);
      },
    },
    xAxis: [
      { ...axis, axisLabel: { ...label, show: !anyBad } },
      ...(anyBad ? [{ ...axis, gridIndex: 1, axisLabel: label }] : []),
    ],
    yAxis: [
      {
        type: 'value',
        scale: true,
        name: unit,
        nameTextStyle: { color: looks.text, align: 'right', padding: [0, 8, 0, 0] },
        nameGap: 10,
        ...(yesNo ? { min: 0, max: 1, interval: 1 } : {}),
        axisLabel: {
          color: looks.text,
          formatter: (value: number) =>
            yesNo ? (value === 1 ? words.yes : value === 0 ? words.no : '') : axisNumber(value, language),
        },
        splitLine: { lineStyle: { color: looks.grid } },
      },
      ...(anyBad
        ? [
            {
              type: 'value',
              gridIndex: 1,
              minInterval: 1,
              splitNumber: 1,
              name: words.bad,
              nameLocation: 'end',
              nameGap: 4,
              nameTextStyle: { color: looks.bad, align: 'left', padding: [0, 0, 0, -2], fontSize: 11 },
              axisLabel: { show: false },
              splitLine: { show: false },
            },
          ]
        : []),
    ],
    series: [
      ...bandAndLine(partOf(rows, false), words.mean, drawing, false),
      ...(anySynthetic
        ? bandAndLine(partOf(rows, true), `${words.mean} (${words.synthetic})`, drawing, true)
        : []),
      ...(anyBad
        ? [
            {
              type: 'bar',
              name: words.bad,
              xAxisIndex: 1,
              yAxisIndex: 1,
              barMaxWidth: 8,
              barMinWidth: 2,
              itemStyle: { color: looks.bad },
              data: rows.filter(({ bad }) => bad > 0).map(({ at, bad }): Cell => [at, bad]),
            },
          ]
        : []),
    ],
  };
}

function axisLabel(at: number, span: number, language: Language): string {
  const midnight = at % 86_400_000 === 0;
  if (span > 3 * 86_400_000 || midnight) return wallTime(at, language, 'shortDate');
  return wallTime(at, language, 'clock').slice(0, 5);
}

function tooltip(row: SeriesRow, drawing: SeriesDrawing): string {
  const { words, language, unit, resolution, yesNo } = drawing;
  const number = (value: number) => `${measured(value, language)} ${unit}`.trim();
  const heading = wallTime(row.at, language, resolution === '1d' ? 'date' : 'seconds');
  if (row.good === 0 && row.bad === 0) return tooltipHtml(heading, [[words.gap, '']]);
  const lines: [string, string][] = [];
  if (row.mean !== null) {
    const single = yesNo && (row.mean === 0 || row.mean === 1);
    lines.push([words.mean, single ? (row.mean === 1 ? words.yes : words.no) : number(row.mean)]);
  }
  if (resolution !== 'raw' && row.min !== null && row.max !== null && !yesNo)
    lines.push([words.band, `${number(row.min)} – ${number(row.max)}`]);
  lines.push(['', words.counts(row.good, row.bad)]);
  if (row.synthetic) lines.push([words.synthetic, '▨']);
  return tooltipHtml(heading, lines);
}
