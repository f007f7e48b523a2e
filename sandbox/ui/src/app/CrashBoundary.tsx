import { Component, type ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { CrashPage } from './ErrorPages.tsx';

interface CrashState {
  readonly error: unknown;
}

/** Catches what no page has caught, so that a person never sees an empty window. */
export class CrashBoundary extends Component<{ readonly children: ReactNode }, CrashState> {
  override state: CrashState = { error: undefined };

  static getDerivedStateFromError(error: unknown): CrashState {
    return { error: error ?? new Error('unknown') };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <CrashPage problem={problemOf(this.state.error)} />;
  }
}
