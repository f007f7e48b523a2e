import { Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { Agreement, Pilot, PilotChange, Target } from '../../../../src/contract/index.ts';
import { devicesQuery, pilotQuery } from '../../api/queries.ts';
import { path, request } from '../../api/request.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { agreementOf, draftOf, newPilotOf, targetOf, type PilotDraft } from './pilot-draft.ts';
import { PilotForm } from './PilotForm.tsx';
import classes from './PilotForm.module.css';

/** Sends what has changed, part by part: each part has an address and a history of its own. */
async function save(pilot: Pilot, draft: PilotDraft): Promise<void> {
  const { title, summary, endsAt } = newPilotOf(draft);
  const change: PilotChange = {
    ...(title === pilot.title ? {} : { title }),
    ...(summary === pilot.summary ? {} : { summary }),
    ...(endsAt === pilot.endsAt ? {} : { endsAt }),
  };
  if (Object.keys(change).length > 0)
    await request(path(['pilots', pilot.id]), { method: 'PATCH', body: change });
  const before = draftOf(pilot);
  const differs = (read: (from: PilotDraft) => unknown) =>
    JSON.stringify(read(draft)) !== JSON.stringify(read(before));
  const agreement: Agreement = agreementOf(draft);
  if (differs(agreementOf))
    await request(path(['pilots', pilot.id, 'agreement']), { method: 'PUT', body: agreement });
  const target: Target = targetOf(draft);
  if (differs(targetOf)) await request(path(['pilots', pilot.id, 'target']), { method: 'PUT', body: target });
}

export function EditPilotPage() {
  const { t } = useTranslation();
  const { pilot: id = '' } = useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const pilot = useQuery(pilotQuery(id));
  const devices = useQuery(devicesQuery());
  const change = useMutation({
    mutationFn: (draft: PilotDraft) => (pilot.data ? save(pilot.data, draft) : Promise.resolve()),
    onSettled: () => client.invalidateQueries({ queryKey: ['pilot', id] }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['pilots'] });
      void client.invalidateQueries({ queryKey: ['evaluation', id] });
      notifications.show({ message: t('pilotForm.saved'), color: 'green' });
      void navigate(`/pilots/${id}`);
    },
  });
  return (
    <div className={classes.narrow}>
      <PageHeader
        title={t('pilotForm.editTitle')}
        lead={pilot.data?.title}
        back={{ to: `/pilots/${id}`, label: pilot.data?.title ?? t('pilot.crumb') }}
      />
      {pilot.isError ? (
        <ProblemAlert error={pilot.error} retry={() => void pilot.refetch()} />
      ) : pilot.data === undefined || devices.isPending ? (
        <Skeleton h={480} radius="md" />
      ) : (
        <PilotForm
          initial={draftOf(pilot.data)}
          devices={devices.data ?? []}
          submitLabel={t('action.save')}
          busy={change.isPending}
          error={change.error}
          fixed={['organisation', 'starts']}
          onSubmit={(draft) => change.mutate(draft)}
          onCancel={() => void navigate(`/pilots/${id}`)}
        />
      )}
    </div>
  );
}
