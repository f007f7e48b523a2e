import { Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Pilot } from '../../../../src/contract/index.ts';
import { devicesQuery, pilotQuery } from '../../api/queries.ts';
import { path, request } from '../../api/request.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { useUser } from '../../components/useSession.ts';
import { emptyDraft, newPilotOf, type PilotDraft } from './pilot-draft.ts';
import { PilotForm } from './PilotForm.tsx';
import classes from './PilotForm.module.css';

/** Staff describe a pilot: about, agreement, target. */
export function NewPilotPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const user = useUser();
  const devices = useQuery(devicesQuery());
  const [initial] = useState(() => emptyDraft(Date.now(), user?.organisation ?? ''));
  const create = useMutation({
    mutationFn: (draft: PilotDraft) =>
      request<Pilot>(path(['pilots']), { method: 'POST', body: newPilotOf(draft) }),
    onSuccess: (pilot) => {
      client.setQueryData(pilotQuery(pilot.id).queryKey, pilot);
      void client.invalidateQueries({ queryKey: ['pilots'] });
      void navigate(`/pilots/${pilot.id}`);
    },
  });
  return (
    <div className={classes.narrow}>
      <PageHeader
        title={t('pilotForm.title')}
        lead={t('pilotForm.lead')}
        back={{ to: '/pilots', label: t('pilots.title') }}
      />
      {devices.isPending ? (
        <Skeleton h={480} radius="md" />
      ) : (
        <PilotForm
          initial={initial}
          devices={devices.data ?? []}
          submitLabel={t('pilotForm.create')}
          busy={create.isPending}
          error={create.error}
          onSubmit={(draft) => create.mutate(draft)}
          onCancel={() => void navigate('/pilots')}
        />
      )}
    </div>
  );
}
