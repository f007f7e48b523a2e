import { Box, Card, Group, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** No inner padding around the content: for tables that reach the edge. */
  readonly flush?: boolean;
  readonly testId?: string;
}

/** A titled card, and a landmark of its own. */
export function Section({ title, lead, actions, children, flush = false, testId }: SectionProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} padding={0} data-testid={testId}>
      <Group
        justify="space-between"
        align="flex-start"
        gap="sm"
        px={{ base: 'md', sm: 'lg' }}
        pt={{ base: 'md', sm: 'lg' }}
      >
        <Box miw={0} flex="1 1 14rem">
          <Title order={2} id={id}>
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" size="sm" mt={2} component="div">
              {lead}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      <Box px={flush ? 0 : { base: 'md', sm: 'lg' }} pt="md" pb={flush ? 0 : { base: 'md', sm: 'lg' }}>
        {children}
      </Box>
    </Card>
  );
}
