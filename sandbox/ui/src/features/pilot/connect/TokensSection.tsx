import { Box, Button, Skeleton } from '@mantine/core';
import { IconBan, IconCircleCheckFilled, IconClockX, IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pilot, Token } from '../../../../../src/contract/index.ts';
import { tokensQuery } from '../../../api/queries.ts';
import { path, request } from '../../../api/request.ts';
import { Confirm } from '../../../components/Confirm.tsx';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { Tag } from '../../../components/Tag.tsx';
import { Age, TimeText } from '../../../components/TimeText.tsx';
import { useNow } from '../../../components/ticker.ts';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { IssueToken } from './IssueToken.tsx';
import classes from './TokensSection.module.css';

/** The pilot's tokens: issue, see whether they are used, revoke. */
export function TokensSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery(pilot.id));
  const [issuing, setIssuing] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const revoke = useMutation({
    mutationFn: (token: Token) =>
      request(path(['pilots', pilot.id, 'tokens', token.id]), { method: 'DELETE' }),
    onSettled: async () => {
      setRevoking(null);
      await client.invalidateQueries({ queryKey: ['pilot', pilot.id] });
    },
  });
  const mayIssue = pilot.may.issueTokens && pilot.state !== 'ended';
  const issue = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setIssuing(true)}
      data-testid="issue-token"
    >
      {t('connect.issue')}
    </Button>
  );
  const usable = tokens.data?.filter(({ revokedAt }) => revokedAt === null) ?? [];
  const revoked = tokens.data?.filter(({ revokedAt }) => revokedAt !== null) ?? [];
  const some = usable.length > 0;
  return (
    <Section
      title={t('connect.tokens')}
      lead={t('connect.tokensLead')}
      actions={mayIssue && some ? issue : undefined}
      flush={some || revoked.length > 0}
      testId="tokens"
    >
      {revoke.isError && (
        <Box mb="md">
          <ProblemAlert error={revoke.error} />
        </Box>
      )}
      {tokens.data === undefined ? (
        tokens.isError ? (
          <ProblemAlert error={tokens.error} retry={() => void tokens.refetch()} />
        ) : (
          <Skeleton h={90} />
        )
      ) : some ? (
        <TokenTable
          caption={t('connect.tokens')}
          tokens={usable}
          onRevoke={pilot.may.issueTokens ? setRevoking : undefined}
          testId="token-table"
        />
      ) : (
        <EmptyState
          icon={<IconKey />}
          title={t('connect.tokensEmptyTitle')}
          text={mayIssue ? t('connect.tokensEmptyText') : t('connect.tokensEmptyOther')}
          action={mayIssue ? issue : undefined}
        />
      )}
      {revoked.length > 0 && (
        <details className={classes.revoked} data-testid="revoked-tokens">
          <summary>{t('connect.revokedTokens', { count: revoked.length })}</summary>
          <TokenTable caption={t('connect.revokedTokens', { count: revoked.length })} tokens={revoked} />
        </details>
      )}
      <IssueToken pilot={pilot.id} opened={issuing} onClose={() => setIssuing(false)} />
      <Confirm
        opened={revoking !== null}
        title={t('connect.revokeTitle', { name: revoking?.name ?? '' })}
        text={t('connect.revokeText')}
        confirmLabel={t('connect.revoke')}
        danger
        busy={revoke.isPending}
        onConfirm={() => {
          if (revoking !== null) revoke.mutate(revoking);
        }}
        onClose={() => setRevoking(null)}
      />
    </Section>
  );
}

interface TokenTableProps {
  readonly caption: string;
  readonly tokens: readonly Token[];
  readonly onRevoke?: ((token: Token) => void) | undefined;
  readonly testId?: string;
}

function TokenTable({ caption, tokens, onRevoke, testId }: TokenTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const ended = (token: Token) => token.revokedAt !== null || Date.parse(token.expiresAt) <= now;
  const columns: Column<Token>[] = [
    { key: 'name', header: t('connect.column.name'), cell: ({ name }) => name },
    {
      key: 'status',
      header: t('connect.column.status'),
      cell: (token) =>
        token.revokedAt !== null ? (
          <Tag tone="bad" icon={<IconBan aria-hidden />}>
            {t('connect.revoked')}
          </Tag>
        ) : ended(token) ? (
          <Tag tone="neutral" icon={<IconClockX aria-hidden />}>
            {t('connect.expired')}
          </Tag>
        ) : (
          <Tag tone="ok" icon={<IconCircleCheckFilled aria-hidden />}>
            {t('connect.valid')}
          </Tag>
        ),
    },
    { key: 'used', header: t('connect.column.used'), cell: ({ lastUsedAt }) => <Age at={lastUsedAt} /> },
    {
      key: 'expires',
      header: t('connect.column.expires'),
      cell: ({ expiresAt }) => <TimeText at={expiresAt} />,
    },
    {
      key: 'issued',
      header: t('connect.column.issued'),
      cell: ({ createdAt, createdBy }) =>
        t('connect.issuedBy', { time: cityTime(Date.parse(createdAt), language), name: createdBy }),
    },
    ...(onRevoke === undefined
      ? []
      : [
          {
            key: 'revoke',
            header: <span className="visually-hidden">{t('connect.revoke')}</span>,
            cell: (token: Token) =>
              ended(token) ? null : (
                <Button
                  size="compact-sm"
                  variant="light"
                  color="red"
                  aria-label={t('connect.revokeNamed', { name: token.name })}
                  onClick={() => onRevoke(token)}
                >
                  {t('connect.revoke')}
                </Button>
              ),
          },
        ]),
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={tokens}
      rowKey={({ id }) => id}
      {...(testId === undefined ? {} : { testId })}
    />
  );
}
