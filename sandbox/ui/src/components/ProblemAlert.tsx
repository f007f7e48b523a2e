import { Alert, Button, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../src/contract/index.ts';
import { localCodes, problemOf } from '../api/problem.ts';

/** A problem in a sentence of the reader's language; the code goes beside it for those who help. */
export function useProblemText(): (problem: Problem) => string {
  const { t } = useTranslation();
  return (problem) => {
    if (problem.code === localCodes.network) return t('problem.network');
    if (problem.code === localCodes.answer) return t('problem.unreadable');
    switch (problem.status) {
      case 400:
      case 422:
        return t('problem.invalid');
      case 403:
        return t('problem.forbidden');
      case 404:
        return t('problem.notFound');
      case 429:
        return t('problem.busy');
      case 502:
      case 503:
      case 504:
        return t('problem.down');
      default:
        return t('problem.other');
    }
  };
}

interface ProblemAlertProps {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly title?: string;
}

/** What failed, in words, with the stable code, the server's detail, and a way on. */
export function ProblemAlert({ error, retry, title }: ProblemAlertProps) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const text = useProblemText()(problem);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle aria-hidden />}
      title={title ?? t('problem.title')}
    >
      <Text size="sm">{text}</Text>
      {retry && problem.status !== 404 && problem.status !== 403 && (
        <Button size="xs" variant="default" mt="xs" onClick={retry}>
          {t('action.retry')}
        </Button>
      )}
      <details style={{ marginTop: '0.5rem', fontSize: 'var(--mantine-font-size-xs)' }}>
        <summary style={{ cursor: 'pointer' }}>
          {t('problem.technical')}: <code>{problem.code}</code>
        </summary>
        <p lang="en" style={{ margin: '0.3rem 0 0' }}>
          {problem.detail} {problem.hint}
        </p>
      </details>
    </Alert>
  );
}
