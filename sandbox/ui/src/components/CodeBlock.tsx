import { names } from './class-names.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './CodeBlock.module.css';

interface CodeBlockProps {
  readonly code: string;
  /** Names the block; written above it when it has more than one line. */
  readonly label: string;
  readonly copyLabel: string;
  readonly wrap?: boolean;
  readonly testId?: string;
}

/** A block of code that can be scrolled by keyboard and copied whole. */
export function CodeBlock({ code, label, copyLabel, wrap = false, testId }: CodeBlockProps) {
  const single = !code.trimEnd().includes('\n');
  const copy = <CopyButton value={code} label={copyLabel} />;
  return (
    <div className={names(classes.frame, single && classes.single)}>
      {!single && (
        <div className={classes.head}>
          <span className={classes.label}>{label}</span>
          {copy}
        </div>
      )}
      {/* Focusable, so that a keyboard can scroll it (WCAG 2.1.1). */}
      <pre
        className={names(classes.code, wrap && classes.wrap)}
        tabIndex={0}
        role="region"
        aria-label={label}
        data-testid={testId}
      >
        <code>{code}</code>
      </pre>
      {single && copy}
    </div>
  );
}
