import { Box, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../../../../src/contract/index.ts';
import { deadLettersQuery } from '../../api/queries.ts';
import { path, request } from '../../api/request.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { TimeText } from '../../components/TimeText.tsx';

/** What could not be delivered after all attempts, to be sent again by hand. */
export function DeadLetters({ connector }: { readonly connector: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const letters = useQuery(deadLettersQuery(connector));
  const resend = useMutation({
    mutationFn: (letter: DeadLetter) =>
      request(path(['connectors', connector, 'dead-letters', letter.id, 'resend']), { method: 'POST' }),
    onSuccess: async () => {
      notifications.show({ message: t('connectors.resent'), color: 'green' });
      await client.invalidateQueries({ queryKey: ['connectors'] });
    },
  });
  return (
    <Box mt="md" component="section" aria-label={t('connectors.letters')}>
      <Title order={3} mb="xs">
        {t('connectors.letters')}
      </Title>
      {resend.isError && <ProblemAlert error={resend.error} />}
      {letters.data === undefined ? (
        letters.isError ? (
          <ProblemAlert error={letters.error} retry={() => void letters.refetch()} />
        ) : (
          <Skeleton h={80} />
        )
      ) : letters.data.length === 0 ? (
        <Text size="sm" c="dimmed" role="status">
          {t('connectors.lettersEmpty')}
        </Text>
      ) : (
        <Stack>
          {letters.data.map((letter) => (
            <Box key={letter.id}>
              <Group justify="space-between" mb={6} gap="xs">
                <Text size="sm">
                  <TimeText at={letter.at} /> · {t('connectors.attempts', { count: letter.attempts })} ·{' '}
                  <span lang="en">{letter.error}</span>
                </Text>
                <Button
                  size="xs"
                  loading={resend.isPending && resend.variables.id === letter.id}
                  aria-label={t('connectors.resendNamed', { id: letter.id })}
                  onClick={() => resend.mutate(letter)}
                >
                  {t('connectors.resend')}
                </Button>
              </Group>
              <CodeBlock
                code={JSON.stringify(letter.payload, null, 2)}
                label={t('messages.rawJson')}
                copyLabel={t('action.copy')}
              />
            </Box>
          ))}
        </Stack>
      )}
    </Box>
  );
}
