import { Box } from '@mantine/core';
import { CopyButton } from './CopyButton.tsx';
import { names } from './class-names.ts';
import classes from './CodeBlock.module.css';

interface CodeBlockProps {
  readonly code: string;
  readonly label: string;
  readonly copyLabel: string;
  readonly wrap?: boolean;
  readonly testId?: string;
}

/** A block of code that can be scrolled by keyboard and copied whole. */
export function CodeBlock({ code, label, copyLabel, wrap = false, testId }: CodeBlockProps) {
  return (
    <Box className={classes.frame}>
      <pre
        className={names(classes.code, wrap && classes.wrap)}
        tabIndex={0}
        role="region"
        aria-label={label}
        data-testid={testId}
      >
        <code>{code}</code>
      </pre>
      <Box className={classes.copy}>
        <CopyButton value={code} label={copyLabel} />
      </Box>
    </Box>
  );
}
