import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IssuedToken } from '../../../../../src/contract/index.ts';
import { path, request } from '../../../api/request.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { ProblemAlert } from '../../../components/ProblemAlert.tsx';
import { envFile } from './quick-start.ts';

interface IssueTokenProps {
  readonly pilot: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Names a token, issues it, and shows it once. */
export function IssueToken({ pilot, opened, onClose }: IssueTokenProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const issue = useMutation({
    mutationFn: (body: { name: string }) =>
      request<IssuedToken>(path(['pilots', pilot, 'tokens']), { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['pilot', pilot] }),
  });
  const close = () => {
    onClose();
    setName('');
    // The secret leaves the page's memory with the window that showed it.
    issue.reset();
  };
  const { data: issued } = issue;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={issued ? t('connect.issuedTitle') : t('connect.issue')}
      // Shown once: a slip beside the window must not lose it.
      closeOnClickOutside={issued === undefined}
      closeOnEscape={issued === undefined}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {issued === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') issue.mutate({ name: name.trim() });
          }}
        >
          <Stack>
            {issue.isError && <ProblemAlert error={issue.error} />}
            <TextInput
              label={t('connect.issueName')}
              description={t('connect.issueNameHint')}
              value={name}
              maxLength={80}
              required
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('action.cancel')}
              </Button>
              <Button type="submit" loading={issue.isPending} disabled={name.trim() === ''}>
                {t('connect.issueSubmit')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="amber" icon={<IconAlertTriangle aria-hidden />} role="status">
            {t('connect.issuedText')}
          </Alert>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('connect.issuedToken')}
            </Text>
            <CodeBlock
              wrap
              code={issued.secret}
              label={t('connect.issuedToken')}
              copyLabel={`${t('action.copy')}: ${t('connect.issuedToken')}`}
              testId="token-secret"
            />
          </div>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('connect.issuedEnv')}
            </Text>
            <CodeBlock
              wrap
              code={envFile(issued.environment)}
              label={t('connect.issuedEnv')}
              copyLabel={`${t('action.copy')}: ${t('connect.issuedEnv')}`}
              testId="token-env"
            />
          </div>
          <Group justify="flex-end">
            <Button onClick={close} data-testid="token-done">
              {t('connect.issuedDone')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
