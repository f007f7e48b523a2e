import { Box, Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import {
  IconBan,
  IconMessages,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconSearch,
  IconTrash,
  IconZoomExclamation,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { LineState } from '../../../components/LineState.tsx';
import { Section } from '../../../components/Section.tsx';
import classes from './Messages.module.css';
import { MessageRow } from './MessageRow.tsx';
import { keptMessages, passes, views, type View } from './message-list.ts';
import { useMessages } from './useMessages.ts';

/** The pilot's messages as they pass: pause, filter, open one. */
export function LiveSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const { list, line, pause, resume, clear } = useMessages(pilot.id);
  const [view, setView] = useState<View>('all');
  const [topic, setTopic] = useState('');
  const shown = list.shown.filter(({ message }) => passes(message, view, topic));
  return (
    <Section
      flush
      title={t('messages.live')}
      lead={t('messages.liveLead')}
      testId="live-messages"
      actions={
        <Group gap="xs">
          <LineState state={line} />
          <Button
            size="xs"
            variant={list.paused ? 'filled' : 'default'}
            leftSection={
              list.paused ? (
                <IconPlayerPlayFilled size={14} aria-hidden />
              ) : (
                <IconPlayerPauseFilled size={14} aria-hidden />
              )
            }
            onClick={list.paused ? resume : pause}
            data-testid="pause"
          >
            {list.paused ? t('messages.resume') : t('messages.pause')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={clear}
            disabled={list.shown.length === 0}
          >
            {t('messages.clear')}
          </Button>
        </Group>
      }
    >
      <div className={classes.filters}>
        <TextInput
          type="search"
          value={topic}
          onChange={(event) => setTopic(event.currentTarget.value)}
          placeholder={t('messages.filter')}
          aria-label={t('messages.filter')}
          leftSection={<IconSearch size={16} aria-hidden />}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('messages.show')}
          value={view}
          onChange={setView}
          data={views.map((value) => ({ value, label: t(`messages.${value}`) }))}
        />
      </div>
      {view === 'refused' && shown.length === 0 ? (
        <EmptyState
          icon={<IconBan />}
          title={t('messages.noneRefusedTitle')}
          text={t('messages.noneRefusedText')}
          action={
            <Button component={Link} to={`/pilots/${pilot.id}/log`} variant="default" size="xs">
              {t('messages.openLog')}
            </Button>
          }
        />
      ) : list.shown.length === 0 ? (
        <EmptyState
          icon={<IconMessages />}
          title={t('messages.emptyTitle')}
          text={pilot.state === 'live' ? t('messages.emptyText') : t('messages.emptyDraft')}
        />
      ) : shown.length === 0 ? (
        <EmptyState
          icon={<IconZoomExclamation />}
          title={t('messages.noneTitle')}
          text={t('messages.noneText')}
        />
      ) : (
        <ol className={classes.messages} tabIndex={0} aria-label={t('messages.live')}>
          {shown.map((kept) => (
            <MessageRow key={kept.number} message={kept.message} />
          ))}
        </ol>
      )}
      <Box className={classes.foot}>
        <Text size="xs" c="dimmed" role="status">
          {list.paused
            ? t('messages.paused', { count: list.waiting.length })
            : t('messages.kept', { count: keptMessages })}
        </Text>
      </Box>
    </Section>
  );
}
