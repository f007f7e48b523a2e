import { Alert, Anchor, Box, Divider, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconClipboardCheck,
  IconClockPause,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate } from 'react-router';
import type { Session, SignIn } from '../../../../src/contract/index.ts';
import { sessionQuery } from '../../api/queries.ts';
import { path, request } from '../../api/request.ts';
import { BrandSign } from '../../components/BrandSign.tsx';
import { LanguageSwitch } from '../../components/LanguageSwitch.tsx';
import { useSession } from '../../components/useSession.ts';
import { DemoAccounts } from './DemoAccounts.tsx';
import { SignInForm } from './SignInForm.tsx';
import { names } from '../../components/class-names.ts';
import classes from './SignInPage.module.css';

const points = [
  { text: 'point1', icon: <IconActivityHeartbeat size={18} aria-hidden /> },
  { text: 'point2', icon: <IconPlugConnected size={18} aria-hidden /> },
  { text: 'point3', icon: <IconClipboardCheck size={18} aria-hidden /> },
] as const;

interface Arrival {
  readonly from: string;
  readonly expired: boolean;
}

/** Where the person came from; only a path of this site is followed back. */
function readArrival(state: unknown): Arrival {
  const from: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'from') : undefined;
  const expired = typeof state === 'object' && state !== null && Reflect.get(state, 'expired') === true;
  return { from: typeof from === 'string' && /^\/(?!\/)/.test(from) ? from : '/', expired };
}

export function SignInPage() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const arrival = readArrival(useLocation().state);
  const signIn = useMutation({
    mutationFn: (body: SignIn) => request<Session>(path(['session']), { method: 'POST', body }),
    onSuccess: (answer) => {
      // Nothing that an earlier person has read may be shown to this one.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      client.setQueryData(sessionQuery().queryKey, answer);
      void navigate(arrival.from, { replace: true });
    },
  });
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('product')}`;
  }, [t]);
  if (session.user !== null) return <Navigate to={arrival.from} replace />;

  const demo = session.demoAccounts.length > 0;
  return (
    <div className={classes.page}>
      <aside className={classes.story}>
        <Group gap="sm" wrap="nowrap">
          <BrandSign size={44} />
          <Box>
            <Text fw={650} size="lg" lh={1.2}>
              {t('product')}
            </Text>
            <Text size="sm" className={names(classes.quiet)}>
              {session.site.name}
            </Text>
          </Box>
        </Group>
        <Box className={names(classes.pitch)}>
          <Text className={names(classes.big)}>{t('signIn.pitch')}</Text>
          <Text mt="md" className={names(classes.quiet)}>
            {t('signIn.pitchText')}
          </Text>
          <Stack component="ul" gap="sm" mt="xl" className={names(classes.points)}>
            {points.map(({ text, icon }) => (
              <Group component="li" key={text} gap="sm" wrap="nowrap">
                <ThemeIcon variant="transparent" c="copper.2" aria-hidden>
                  {icon}
                </ThemeIcon>
                <Text size="sm">{t(`signIn.${text}`)}</Text>
              </Group>
            ))}
          </Stack>
        </Box>
        <River />
      </aside>
      <main className={classes.main} id="content">
        <Group justify="flex-end" mb="xl">
          <LanguageSwitch />
        </Group>
        <Box className={names(classes.form)}>
          <Title order={1} mb="md">
            {t('signIn.title')}
          </Title>
          {arrival.expired && (
            <Alert color="amber" icon={<IconClockPause aria-hidden />} mb="md" role="status">
              {t('signIn.expired')}
            </Alert>
          )}
          {demo && (
            <>
              <DemoAccounts
                accounts={session.demoAccounts}
                busy={signIn.isPending ? signIn.variables.email : null}
                onChoose={(account) => signIn.mutate({ email: account.email, password: account.password })}
              />
              <Divider my="lg" label={t('signIn.or')} />
            </>
          )}
          <SignInForm
            busy={signIn.isPending}
            error={signIn.error}
            onSubmit={(values) => signIn.mutate(values)}
          />
          <Text size="xs" c="dimmed" mt="xl" ta="center">
            <Anchor href="/api/docs" inherit underline="always">
              {t('nav.api')}
            </Anchor>{' '}
            · {t('nav.version', { version: session.version })}
          </Text>
        </Box>
      </main>
    </div>
  );
}

/** Hills, houses and a river: drawn here, so that nothing is fetched. */
function River() {
  return (
    <svg className={classes.river} viewBox="0 0 600 220" preserveAspectRatio="xMidYMax slice" aria-hidden>
      <path d="M0 120C90 60 150 90 230 58S390 20 470 66s90 28 130 6v148H0Z" fill="#0a4d5c" />
      <path d="M0 160c80-40 150-10 240-30s170-52 250-18 80 20 110 8v100H0Z" fill="#0b6072" />
      <g fill="none" stroke="#74bfcc" strokeWidth="2" strokeLinejoin="round" opacity=".75">
        <path d="M70 178v-26h20v26m0 0v-44h26v44m0 0v-30h22v30M300 172v-34l14-12 14 12v34m0 0v-54h24v54m0 0v-26h30v26M470 176v-40h24v40m0 0v-22h28v22" />
      </g>
      <path
        d="M0 196c60-18 110 14 180 0s120-18 190 0 130 10 230-8"
        fill="none"
        stroke="#e6a67a"
        strokeWidth="3"
      />
      <path
        d="M0 210c60-16 110 12 180 0s120-16 190 0 130 8 230-6"
        fill="none"
        stroke="#e6a67a"
        strokeWidth="1.5"
        opacity=".6"
      />
    </svg>
  );
}
