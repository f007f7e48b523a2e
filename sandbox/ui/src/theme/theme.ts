import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { amber, copper, dark, gray, green, petrol, red, tones, violet } from './palette.ts';

declare module '@mantine/core' {
  export interface MantineThemeColorsOverride {
    colors: Record<
      'petrol' | 'copper' | 'gray' | 'dark' | 'green' | 'amber' | 'red' | 'violet' | (string & {}),
      MantineColorsTuple
    >;
  }
}

// System fonts only: the testbed must look right without a network.
const sans = 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
const mono = 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 6, dark: 6 },
  colors: { petrol, copper, gray, dark, green, amber, red, violet },
  black: gray[9],
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: {
    fontFamily: sans,
    fontWeight: '650',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.625rem', lg: '0.875rem', xl: '1.25rem' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Card: { defaultProps: { radius: 'md', padding: 'lg', withBorder: true } },
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Modal: {
      defaultProps: { radius: 'md', centered: true, padding: 'lg' },
      styles: { title: { fontSize: '1.125rem', fontWeight: 650 } },
    },
    Alert: { defaultProps: { radius: 'md' } },
    Table: { defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'sm' } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/** Turns the tones into CSS variables: --tone-<name>-text and --tone-<name>-fill. */
export const resolveVariables: CSSVariablesResolver = () => {
  const variables = (scheme: 'light' | 'dark') =>
    Object.fromEntries(
      Object.entries(tones).flatMap(([name, tone]) => [
        [`--tone-${name}-text`, tone[scheme][0]],
        [`--tone-${name}-fill`, tone[scheme][1]],
      ]),
    );
  return {
    variables: {},
    light: {
      ...variables('light'),
      '--page': gray[0],
      '--surface': '#ffffff',
      '--edge': gray[2],
      '--mantine-color-dimmed': gray[6],
    },
    dark: {
      ...variables('dark'),
      '--page': dark[8],
      '--surface': dark[6],
      '--edge': dark[5],
      '--mantine-color-body': dark[7],
      '--mantine-color-dimmed': dark[2],
    },
  };
};
