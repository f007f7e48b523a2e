import type { MantineColorsTuple } from '@mantine/core';

// The product's own colours. Petrol is the river and the office; copper is the hills around the city.
// Status colours are never used alone: each state also has a shape and a word.
export const petrol: MantineColorsTuple = [
  '#eaf6f8',
  '#d3eaee',
  '#a6d5dd',
  '#74bfcc',
  '#48a8b9',
  '#218fa3',
  '#0f7689',
  '#0b6072',
  '#0a4d5c',
  '#083a46',
];
export const copper: MantineColorsTuple = [
  '#fcf3ec',
  '#f7e3d4',
  '#efc6a8',
  '#e6a67a',
  '#dc8751',
  '#c96d36',
  '#ab5726',
  '#8c451d',
  '#6e3617',
  '#512711',
];
export const gray: MantineColorsTuple = [
  '#f6f8f9',
  '#edf1f3',
  '#e0e6e9',
  '#cdd6da',
  '#aebac0',
  '#86949c',
  '#5b6a73',
  '#46545d',
  '#2f3b43',
  '#1b252b',
];
export const dark: MantineColorsTuple = [
  '#d9e1e5',
  '#bac6cc',
  '#94a3ab',
  '#6b7a83',
  '#3b4850',
  '#2d3940',
  '#1f292f',
  '#161e23',
  '#10171b',
  '#0b1013',
];
export const green: MantineColorsTuple = [
  '#ebf7f0',
  '#d3eddd',
  '#a7dbbc',
  '#75c697',
  '#47ad73',
  '#2a9259',
  '#1d7747',
  '#176039',
  '#124a2c',
  '#0c3520',
];
export const amber: MantineColorsTuple = [
  '#fff7e6',
  '#ffecc4',
  '#fcd98c',
  '#f5c150',
  '#e6a422',
  '#c38510',
  '#98650a',
  '#7a5008',
  '#5e3e08',
  '#432c06',
];
export const red: MantineColorsTuple = [
  '#fdeeed',
  '#fadad8',
  '#f3b3ae',
  '#ea8881',
  '#dd5e56',
  '#c93f38',
  '#a92e29',
  '#892521',
  '#6a1d1a',
  '#4c1513',
];
export const violet: MantineColorsTuple = [
  '#f4f0fb',
  '#e6ddf6',
  '#cdbcec',
  '#b096df',
  '#9472d0',
  '#7a54bd',
  '#63419f',
  '#503482',
  '#3e2865',
  '#2d1d4a',
];

/** Text and background of each tone, for both colour schemes. Checked for contrast by palette.test.ts. */
export const tones = {
  neutral: { light: [gray[7], gray[1]], dark: [dark[1], dark[5]] },
  brand: { light: [petrol[8], petrol[0]], dark: [petrol[2], petrol[9]] },
  ok: { light: [green[7], green[0]], dark: [green[2], green[9]] },
  warn: { light: [amber[7], amber[0]], dark: [amber[2], amber[9]] },
  bad: { light: [red[6], red[0]], dark: [red[2], red[9]] },
  synthetic: { light: [violet[7], violet[0]], dark: [violet[2], violet[9]] },
  replay: { light: [copper[7], copper[0]], dark: [copper[2], copper[9]] },
} as const satisfies Record<string, Record<'light' | 'dark', readonly [string, string]>>;

export type Tone = keyof typeof tones;
