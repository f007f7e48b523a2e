import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../src/contract/index.ts';
import { path, request } from '../api/request.ts';

const schemes = [
  { value: 'light', icon: <IconSun size={16} aria-hidden /> },
  { value: 'dark', icon: <IconMoon size={16} aria-hidden /> },
  { value: 'auto', icon: <IconDeviceDesktop size={16} aria-hidden /> },
] as const;

const initials = (name: string) =>
  name
    .split(/[\s–-]+/u)
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
    <Menu width={284} position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label={t('menu.label')} data-testid="profile" style={{ borderRadius: '50%' }}>
          <Avatar color="petrol" variant="filled" radius="xl" size={36}>
            {initials(user.name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {user.name}
          </Text>
          <Text size="xs">{user.organisation}</Text>
          <Text size="xs">{t(`role.${user.role}`)}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t('menu.scheme')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        >
          {schemes.map(({ value, icon }) => (
            <Menu.RadioItem key={value} value={value}>
              <Group gap="xs">
                {icon}
                {t(`menu.${value}`)}
              </Group>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => signOut.mutate()}
          data-testid="sign-out"
        >
          {t('menu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
