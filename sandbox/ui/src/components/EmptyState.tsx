import { Box, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  /** What to do next. */
  readonly text: string;
  readonly action?: ReactNode;
  readonly order?: 2 | 3 | 4;
}

/** Where there is nothing to show: says why, and what to do next. */
export function EmptyState({ icon, title, text, action, order = 3 }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Box className={classes.icon} aria-hidden>
        {icon}
      </Box>
      <Title order={order} fz="md">
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={460}>
        {text}
      </Text>
      {action !== undefined && <Box mt="xs">{action}</Box>}
    </Stack>
  );
}
