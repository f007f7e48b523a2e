import { Button, Center, Code, Text } from '@mantine/core';
import { IconMapQuestion, IconPlugConnectedX, IconTool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import type { Problem } from '../../../src/contract/index.ts';
import { localCodes, problemOf } from '../api/problem.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';

/** 404: an address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('problem.pageTitle')} />
      <EmptyState
        order={2}
        icon={<IconMapQuestion />}
        title="404"
        text={t('problem.pageText')}
        action={
          <Button component={Link} to="/">
            {t('action.home')}
          </Button>
        }
      />
    </>
  );
}

/** A fault that stopped a page, or the server not answering at the start. */
export function CrashPage({ problem }: { readonly problem: Problem }) {
  const { t } = useTranslation();
  const away = problem.code === localCodes.network || problem.status >= 500;
  return (
    <Center mih="80vh" component="main" id="content">
      <EmptyState
        order={2}
        icon={away ? <IconPlugConnectedX /> : <IconTool />}
        title={away ? t('problem.title') : t('problem.crashTitle')}
        text={away ? t('problem.network') : t('problem.crashText')}
        action={
          <>
            <Button onClick={() => window.location.reload()}>{t('problem.reload')}</Button>
            <Text size="xs" c="dimmed" mt="md">
              {t('problem.code')}: <Code>{problem.code}</Code>
            </Text>
          </>
        }
      />
    </Center>
  );
}

/** The error page of a route. */
export function RouteCrash() {
  return <CrashPage problem={problemOf(useRouteError())} />;
}
