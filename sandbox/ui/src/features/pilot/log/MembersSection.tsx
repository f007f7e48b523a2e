import { Avatar, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pilot, Role } from '../../../../../src/contract/index.ts';
import { pilotQuery } from '../../../api/queries.ts';
import { path, request } from '../../../api/request.ts';
import { Confirm } from '../../../components/Confirm.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { Section } from '../../../components/Section.tsx';
import { Tag } from '../../../components/Tag.tsx';

type Member = Pilot['members'][number];
const roles: readonly Role[] = ['admin', 'staff', 'engineer', 'vendor'];

/** The people of a pilot; staff add and remove them. */
export function MembersSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [removing, setRemoving] = useState<Member | null>(null);
  const keep = (changed: Pilot) => {
    client.setQueryData(pilotQuery(pilot.id).queryKey, changed);
    void client.invalidateQueries({ queryKey: ['pilots'] });
  };
  const add = useMutation({
    mutationFn: (body: { email: string }) =>
      request<Pilot>(path(['pilots', pilot.id, 'members']), { method: 'POST', body }),
    onSuccess: (changed) => {
      keep(changed);
      setEmail('');
      notifications.show({ color: 'green', message: t('log.added') });
    },
  });
  const remove = useMutation({
    mutationFn: (member: Member) =>
      request<Pilot>(path(['pilots', pilot.id, 'members', member.userId]), { method: 'DELETE' }),
    onSuccess: keep,
    onSettled: () => setRemoving(null),
  });
  const error = add.error ?? remove.error;
  return (
    <Section title={t('log.members')} lead={t('log.membersLead')} testId="members">
      <Stack>
        {error !== null && <ProblemAlert error={error} />}
        {pilot.members.length === 0 ? (
          <EmptyState
            icon={<IconUsers />}
            title={t('log.membersEmptyTitle')}
            text={pilot.may.edit ? t('log.membersEmptyText') : t('log.membersEmptyOther')}
          />
        ) : (
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {pilot.members.map((member) => (
              <Group component="li" key={member.userId} gap="sm">
                <Avatar color="petrol" radius="xl" size={36} name={member.name} aria-hidden />
                <div style={{ flex: '1 1 12rem', minWidth: 0 }}>
                  <Text size="sm" fw={600}>
                    {member.name}
                  </Text>
                  <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {member.email}
                  </Text>
                </div>
                <RoleTag role={member.role} />
                {pilot.may.edit && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    aria-label={t('log.removeNamed', { name: member.name })}
                    onClick={() => setRemoving(member)}
                  >
                    {t('action.remove')}
                  </Button>
                )}
              </Group>
            ))}
          </Stack>
        )}
        {pilot.may.edit && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (email.trim() !== '') add.mutate({ email: email.trim() });
            }}
          >
            <Group align="flex-end" gap="sm">
              <TextInput
                type="email"
                label={t('log.email')}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                flex="1 1 16rem"
                maw={420}
              />
              <Button
                type="submit"
                variant="default"
                loading={add.isPending}
                leftSection={<IconUserPlus size={16} aria-hidden />}
              >
                {t('log.add')}
              </Button>
            </Group>
          </form>
        )}
      </Stack>
      <Confirm
        opened={removing !== null}
        title={t('log.removeTitle', { name: removing?.name ?? '' })}
        text={t('log.removeText')}
        confirmLabel={t('action.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          if (removing !== null) remove.mutate(removing);
        }}
        onClose={() => setRemoving(null)}
      />
    </Section>
  );
}

function RoleTag({ role }: { readonly role: string }) {
  const { t } = useTranslation();
  const known = roles.find((each) => each === role);
  return <Tag tone="neutral">{known === undefined ? role : t(`role.${known}`)}</Tag>;
}
