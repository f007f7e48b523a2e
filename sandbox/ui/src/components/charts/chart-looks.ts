import { useComputedColorScheme } from '@mantine/core';
import { amber, dark, gray, green, petrol, red, violet } from '../../theme/palette.ts';

const looks = {
  light: {
    line: petrol[6],
    band: petrol[5],
    synthetic: violet[6],
    bad: red[5],
    good: green[6],
    warn: amber[6],
    target: gray[8],
    text: gray[6],
    grid: gray[2],
    surface: '#ffffff',
    strong: gray[9],
  },
  dark: {
    line: petrol[3],
    band: petrol[4],
    synthetic: violet[2],
    bad: red[3],
    good: green[4],
    warn: amber[4],
    target: dark[0],
    text: dark[1],
    grid: dark[5],
    surface: dark[6],
    strong: dark[0],
  },
} as const;
export type ChartLooks = (typeof looks)['light'] | (typeof looks)['dark'];

/** Colours of the charts in the scheme in use. */
export function useChartLooks(): ChartLooks {
  return looks[useComputedColorScheme('light')];
}

/** The hatch of everything that was not measured. */
export const hatch = (color: string) => ({
  symbol: 'rect',
  symbolSize: 1,
  color,
  dashArrayX: [1, 0],
  dashArrayY: [2, 5],
  rotation: -Math.PI / 4,
});
