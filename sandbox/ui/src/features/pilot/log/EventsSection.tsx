import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconNotes } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pilot, PilotEvent } from '../../../../../src/contract/index.ts';
import { eventsQuery } from '../../../api/queries.ts';
import { useRefusalText } from '../../../components/code-texts.ts';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { Tag } from '../../../components/Tag.tsx';
import { TimeText } from '../../../components/TimeText.tsx';
import { counted } from '../../../format/number.ts';
import { cityTime } from '../../../format/time.ts';
import { useLanguage } from '../../../i18n/index.ts';
import type { Tone } from '../../../theme/palette.ts';
import { eventParts } from './event-parts.ts';

const kinds = {
  refused: 'bad',
  cut: 'bad',
  dropped: 'warn',
  token: 'neutral',
  agreement: 'brand',
  state: 'brand',
  member: 'neutral',
  target: 'brand',
} as const satisfies Record<string, Tone>;
// The members stand below; a long log must not hide them.
const step = 15;

type Kind = keyof typeof kinds;
const isKind = (kind: string): kind is Kind => Object.hasOwn(kinds, kind);

/** What happened: refusals, cuts and changes, for those who ask why. */
export function EventsSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const events = useQuery(eventsQuery(pilot.id));
  const language = useLanguage();
  const [room, setRoom] = useState(step);
  const columns: Column<PilotEvent>[] = [
    {
      key: 'kind',
      header: t('log.column.kind'),
      cell: ({ kind, code }) => <KindTag kind={kind} code={code} />,
    },
    { key: 'at', header: t('log.column.at'), cell: ({ at }) => <TimeText at={at} style="seconds" /> },
    {
      key: 'detail',
      header: t('log.column.detail'),
      cell: (event) => <Detail event={event} />,
    },
  ];
  const some = events.data !== undefined && events.data.length > 0;
  return (
    <Section title={t('log.events')} lead={t('log.eventsLead')} flush={some} testId="events">
      {events.data === undefined ? (
        events.isError ? (
          <ProblemAlert error={events.error} retry={() => void events.refetch()} />
        ) : (
          <Skeleton h={90} />
        )
      ) : some ? (
        <>
          <DataTable
            caption={t('log.events')}
            columns={columns}
            rows={events.data.slice(0, room)}
            rowKey={({ at }, index) => `${at} ${index}`}
          />
          {events.data.length > room && (
            <Stack align="center" gap="xs" p="md">
              <Text size="xs" c="dimmed">
                {t('log.eventsShown', {
                  shown: counted(room, language),
                  total: counted(events.data.length, language),
                })}
              </Text>
              <Button variant="default" size="xs" onClick={() => setRoom(room + 4 * step)}>
                {t('action.more')}
              </Button>
            </Stack>
          )}
        </>
      ) : (
        <EmptyState icon={<IconNotes />} title={t('log.eventsEmptyTitle')} text={t('log.eventsEmptyText')} />
      )}
    </Section>
  );
}

/** The event in the reader's language where it is known; the server's own words and the code beside it. */
function Detail({ event }: { readonly event: PilotEvent }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const refusalText = useRefusalText();
  const parts = eventParts(event);
  if (parts !== undefined) {
    switch (parts.what) {
      case 'tokenIssued':
        return t('log.tokenIssued', {
          name: parts.name,
          until: cityTime(Date.parse(parts.until), language),
          by: parts.by,
        });
      case 'tokenRevoked':
        return t('log.tokenRevoked', { name: parts.name, by: parts.by });
      case 'stateChanged':
        return t('log.stateChanged', { state: t(`pilots.state.${parts.state}`), by: parts.by });
    }
  }
  const refusal = refusalText(event.code);
  return (
    <>
      {refusal !== null && <span style={{ display: 'block' }}>{refusal}</span>}
      <Text
        span
        size={refusal === null ? 'sm' : 'xs'}
        {...(refusal === null ? {} : { c: 'dimmed' })}
        lang="en"
      >
        {event.detail}
      </Text>{' '}
      <Text span size="xs" c="dimmed">
        <code>{event.code}</code>
      </Text>
    </>
  );
}

function KindTag({ kind, code }: { readonly kind: string; readonly code: string }) {
  const { t } = useTranslation();
  if (!isKind(kind)) return <Tag tone="neutral">{t('log.kind.other')}</Tag>;
  const precise = code.toLowerCase();
  const name =
    precise === 'token_issued' || precise === 'token_revoked'
      ? t(`log.kind.${precise}`)
      : t(`log.kind.${kind}`);
  return <Tag tone={kinds[kind]}>{name}</Tag>;
}
