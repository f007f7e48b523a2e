import { Box, SimpleGrid, Text, Title, UnstyledButton, Loader } from '@mantine/core';
import { IconBriefcase, IconBuilding, IconKey, IconTools } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DemoAccount, Role } from '../../../../src/contract/index.ts';
import { names } from '../../components/class-names.ts';
import classes from './SignInPage.module.css';

const icons: Record<Role, React.ReactNode> = {
  staff: <IconBuilding size={22} aria-hidden />,
  engineer: <IconTools size={22} aria-hidden />,
  vendor: <IconBriefcase size={22} aria-hidden />,
  admin: <IconKey size={22} aria-hidden />,
};
const order: readonly Role[] = ['staff', 'engineer', 'vendor', 'admin'];

interface DemoAccountsProps {
  readonly accounts: readonly DemoAccount[];
  /** E-mail of the account that is being signed in. */
  readonly busy: string | null;
  readonly onChoose: (account: DemoAccount) => void;
}

/** One card per demonstration account; a press signs in. */
export function DemoAccounts({ accounts, busy, onChoose }: DemoAccountsProps) {
  const { t } = useTranslation();
  const sorted = accounts.toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return (
    <Box component="section" aria-labelledby="demo-accounts">
      <Title order={2} id="demo-accounts">
        {t('signIn.demoTitle')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('signIn.demoText')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {sorted.map((account) => (
          <UnstyledButton
            key={account.email}
            className={names(classes.account)}
            disabled={busy !== null}
            onClick={() => onChoose(account)}
            data-testid={`demo-${account.role}`}
          >
            <span className={classes.accountIcon}>
              {busy === account.email ? <Loader size={20} /> : icons[account.role]}
            </span>
            <span>
              <span className={classes.accountName}>{t(`signIn.as.${account.role}`)}</span>
              <span className={classes.accountText}>{t(`signIn.does.${account.role}`)}</span>
            </span>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </Box>
  );
}
