import { Alert, Button, Skeleton, Stack, Tabs } from '@mantine/core';
import { IconFlagCheck, IconInfoCircle, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Pilot } from '../../../../src/contract/index.ts';
import { pilotQuery } from '../../api/queries.ts';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { DemonstrationTag, PilotStateTag } from '../../components/StatusTags.tsx';
import { Tag } from '../../components/Tag.tsx';
import { ConnectTab } from './connect/ConnectTab.tsx';
import { LogTab } from './log/LogTab.tsx';
import { MessagesTab } from './messages/MessagesTab.tsx';
import { OverviewTab } from './overview/OverviewTab.tsx';
import { ResultsTab } from './results/ResultsTab.tsx';
import { StateChange } from './StateChange.tsx';
import classes from './PilotPage.module.css';

const parts = ['overview', 'connect', 'messages', 'results', 'log'] as const;

/** One pilot: what was agreed, how a service connects, what passes, and how it did. */
export function PilotPage() {
  const { t } = useTranslation();
  const { pilot: id = '', part = 'overview' } = useParams();
  const navigate = useNavigate();
  const query = useQuery(pilotQuery(id));
  const strip = useTabStrip(part, query.data !== undefined);
  const back = { to: '/pilots', label: t('pilot.crumb') };
  if (query.data === undefined)
    return (
      <>
        <PageHeader title={query.isError ? id : t('loading')} back={back} />
        {query.isError ? (
          <ProblemAlert error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Skeleton h={320} radius="md" />
        )}
      </>
    );
  const pilot = query.data;
  const tab = parts.find((each) => each === part) ?? 'overview';
  return (
    <>
      <PageHeader
        title={pilot.title}
        lead={pilot.organisation}
        back={back}
        tags={
          <>
            <PilotStateTag state={pilot.state} />
            {pilot.state !== 'draft' && (
              <Tag tone="neutral">
                <DaysLeft pilot={pilot} />
              </Tag>
            )}
            {pilot.synthetic && <DemonstrationTag />}
          </>
        }
        actions={pilot.may.edit ? <Actions pilot={pilot} /> : undefined}
      />
      <StateNotice pilot={pilot} />
      <Tabs
        value={tab}
        onChange={(value) => {
          if (value !== null)
            void navigate(value === 'overview' ? `/pilots/${id}` : `/pilots/${id}/${value}`, {
              preventScrollReset: true,
            });
        }}
      >
        <div className={classes.tabs} ref={strip}>
          <Tabs.List aria-label={t('pilot.tabs.label')}>
            {parts.map((each) => (
              <Tabs.Tab key={each} value={each} data-testid={`tab-${each}`}>
                {t(`pilot.tabs.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </div>
        <Tabs.Panel value="overview">
          <OverviewTab pilot={pilot} />
        </Tabs.Panel>
        <Tabs.Panel value="connect">
          <ConnectTab pilot={pilot} />
        </Tabs.Panel>
        <Tabs.Panel value="messages">
          <MessagesTab pilot={pilot} />
        </Tabs.Panel>
        <Tabs.Panel value="results">
          <ResultsTab pilot={pilot} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <LogTab pilot={pilot} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** On a phone the tabs scroll sideways: the active one must be seen, and that there are more. */
function useTabStrip(part: string, ready: boolean) {
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const active = strip.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (active && strip.current)
      strip.current.scrollLeft = active.offsetLeft - (strip.current.clientWidth - active.offsetWidth) / 2;
  }, [part, ready]);
  useEffect(() => {
    const { current } = strip;
    if (current === null) return undefined;
    // The style sheet fades the edges beyond which there is more.
    const mark = () => {
      current.toggleAttribute('data-more-before', current.scrollLeft > 2);
      current.toggleAttribute(
        'data-more-after',
        current.scrollLeft + current.clientWidth < current.scrollWidth - 2,
      );
    };
    mark();
    const observer = new ResizeObserver(mark);
    observer.observe(current);
    current.addEventListener('scroll', mark, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', mark);
    };
  }, [ready]);
  return strip;
}

function Actions({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  return (
    <>
      {pilot.state !== 'ended' && (
        <Button
          component={Link}
          to={`/pilots/${pilot.id}/edit`}
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {t('pilot.edit')}
        </Button>
      )}
      {pilot.state === 'draft' && (
        <StateChange pilot={pilot} to="live" icon={<IconPlayerPlay size={16} aria-hidden />} />
      )}
      {pilot.state === 'live' && (
        <StateChange pilot={pilot} to="ended" icon={<IconFlagCheck size={16} aria-hidden />} />
      )}
    </>
  );
}

/** What a state means for those who wonder why nothing flows. */
function StateNotice({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  if (pilot.state === 'live') return null;
  return (
    <Stack mb="md">
      <Alert icon={<IconInfoCircle aria-hidden />} title={t(`pilot.${pilot.state}Title`)}>
        {t(`pilot.${pilot.state}Text`)}
      </Alert>
    </Stack>
  );
}
