import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { init } from './echarts.ts';

interface ChartProps {
  readonly option: EChartsCoreOption;
  /** What the chart says, in a sentence: a screen reader reads this instead of the picture. */
  readonly label: string;
  readonly height: number;
  readonly testId: string;
}

/** A drawing area that follows its container's size. */
export function Chart({ option, label, height, testId }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);

  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const made = init(host);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(host);
    return () => {
      observer.disconnect();
      chart.current = null;
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  return (
    <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} data-testid={testId} />
  );
}
