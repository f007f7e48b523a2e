import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Problem, SignIn } from '../../../../src/contract/index.ts';
import { problemOf } from '../../api/problem.ts';
import { useProblemText } from '../../components/ProblemAlert.tsx';

interface SignInFormProps {
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: (values: SignIn) => void;
}

/** E-mail and password. */
export function SignInForm({ busy, error, onSubmit }: SignInFormProps) {
  const { t } = useTranslation();
  const required = (value: string) => (value.trim() === '' ? t('signIn.required') : null);
  const form = useForm<SignIn>({
    initialValues: { email: '', password: '' },
    validate: { email: required, password: required },
  });
  return (
    <form onSubmit={form.onSubmit((values) => onSubmit(values))} noValidate>
      <Stack gap="sm">
        {error !== null && <Refusal problem={problemOf(error)} />}
        <TextInput
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" mt="xs" loading={busy} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}

function Refusal({ problem }: { readonly problem: Problem }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const words =
    problem.status === 401 || problem.status === 400 || problem.status === 403
      ? t('signIn.refused')
      : problem.status === 429
        ? t('signIn.locked')
        : text(problem);
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertCircle aria-hidden />}
      title={words}
      data-testid="sign-in-problem"
    >
      <Text size="xs" c="dimmed">
        {t('problem.code')}: <code>{problem.code}</code>
      </Text>
    </Alert>
  );
}
