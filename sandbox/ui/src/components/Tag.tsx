import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Tone } from '../theme/palette.ts';
import { names } from './class-names.ts';
import classes from './Tag.module.css';

interface TagProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** An icon, so that the meaning does not hang on colour alone. */
  readonly icon?: ReactNode;
  readonly hint?: string | undefined;
  readonly large?: boolean;
  readonly testId?: string;
}

/** A short status word with its tone and sign. */
export function Tag({ tone, children, icon, hint, large = false, testId }: TagProps) {
  const tag = (
    <span className={names(classes.tag, classes[tone], large && classes.large)} data-testid={testId}>
      {icon}
      {children}
    </span>
  );
  return hint === undefined ? tag : <Tooltip label={hint}>{tag}</Tooltip>;
}
