import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pilot } from '../../../../src/contract/index.ts';
import { problemOf } from '../../api/problem.ts';
import { pilotQuery } from '../../api/queries.ts';
import { path, request } from '../../api/request.ts';
import { Confirm } from '../../components/Confirm.tsx';
import { useProblemText } from '../../components/ProblemAlert.tsx';
import { cityTime } from '../../format/time.ts';
import { useLanguage } from '../../i18n/index.ts';

interface StateChangeProps {
  readonly pilot: Pilot;
  readonly to: 'live' | 'ended';
  readonly icon: ReactNode;
}

/** Starts or ends a pilot, after asking. */
export function StateChange({ pilot, to, icon }: StateChangeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const problemText = useProblemText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: () => request<Pilot>(path(['pilots', pilot.id]), { method: 'PATCH', body: { state: to } }),
    onSuccess: (changed) => {
      client.setQueryData(pilotQuery(pilot.id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['pilots'] });
      void client.invalidateQueries({ queryKey: ['pilot', pilot.id] });
      notifications.show({
        color: 'green',
        message: t('pilot.changed', { state: t(`pilots.state.${changed.state}`) }),
      });
    },
    onError: (error) => notifications.show({ color: 'red', message: problemText(problemOf(error)) }),
    onSettled: () => setAsking(false),
  });
  const starts = to === 'live';
  const label = starts ? t('pilot.start') : t('pilot.end');
  return (
    <>
      <Button
        leftSection={icon}
        variant={starts ? 'filled' : 'default'}
        onClick={() => setAsking(true)}
        data-testid={starts ? 'start-pilot' : 'end-pilot'}
      >
        {label}
      </Button>
      <Confirm
        opened={asking}
        title={label}
        text={
          starts
            ? t('pilot.startText', { date: cityTime(Date.parse(pilot.endsAt) - 1, language, 'date') })
            : t('pilot.endText')
        }
        confirmLabel={label}
        danger={!starts}
        busy={change.isPending}
        onConfirm={() => change.mutate()}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
