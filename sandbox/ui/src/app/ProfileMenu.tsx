import {
  Avatar,
  Button,
  Popover,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../src/contract/index.ts';
import { path, request } from '../api/request.ts';

const schemes = ['light', 'dark', 'auto'] as const;

const initials = (name: string) =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join('');

/** Who is signed in, the colour scheme, and the way out. */
export function ProfileMenu({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => request(path(['session']), { method: 'DELETE' }),
    // A whole new page: nothing that this person has read stays in memory.
    onSettled: () => window.location.assign('/sign-in'),
  });
  return (
    <Popover width={300} position="bottom-end" shadow="md" radius="md" trapFocus>
      <Popover.Target>
        <UnstyledButton aria-label={t('menu.label')} data-testid="profile" style={{ borderRadius: '50%' }}>
          <Avatar color="petrol" variant="filled" radius="xl" size={36}>
            {initials(user.name)}
          </Avatar>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('menu.label')}>
        <Stack gap="md">
          <div>
            <Text fw={600}>{user.name}</Text>
            <Text size="sm" c="dimmed">
              {user.organisation}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`role.${user.role}`)}
            </Text>
          </div>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('menu.scheme')}
            </Text>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('menu.scheme')}
              value={colorScheme}
              onChange={setColorScheme}
              data={schemes.map((value) => ({ value, label: t(`menu.${value}`) }))}
              data-testid="color-scheme"
            />
          </div>
          <Button
            variant="default"
            leftSection={<IconLogout size={16} aria-hidden />}
            loading={signOut.isPending}
            onClick={() => signOut.mutate()}
            data-testid="sign-out"
          >
            {t('menu.signOut')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
