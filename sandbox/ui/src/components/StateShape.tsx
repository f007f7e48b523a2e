import type { DeviceState } from '../../../src/contract/index.ts';
import { names } from './class-names.ts';
import classes from './StateShape.module.css';

const shapes = {
  online: <circle cx="8" cy="8" r="6.5" />,
  stale: <path d="M8 1.2 15.2 14.2H.8Z" strokeLinejoin="round" />,
  offline: <path d="M2 2h12v12H2Z" strokeLinejoin="round" />,
} as const satisfies Record<DeviceState, unknown>;
const marks = {
  online: <path d="m5 8.2 2.1 2.1L11.2 6" />,
  stale: <path d="M8 6v3.4M8 11.6v.2" />,
  offline: <path d="m5.5 5.5 5 5m0-5-5 5" />,
} as const satisfies Record<DeviceState, unknown>;

/** The sign of a state: round, triangle, square; told apart without colour. Decoration beside a word. */
export function StateShape({ state, size = 16 }: { readonly state: DeviceState; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden
      focusable="false"
      className={names(classes.shape, classes[state])}
    >
      {shapes[state]}
      <g className={classes.mark}>{marks[state]}</g>
    </svg>
  );
}
