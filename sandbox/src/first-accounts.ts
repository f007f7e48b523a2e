import type { Logger, Service } from '@city-testbed/runtime';
import type { Accounts } from './access/access.ts';
import type { SandboxConfig } from './config/index.ts';

/** Brings about the accounts that the configuration declares, before anybody can sign in. */
export function firstAccounts(config: SandboxConfig, accounts: Accounts, log: Logger): Service {
  return {
    name: 'accounts',
    start: async () => {
      for (const account of config.demo.accounts) await accounts.ensureUser(account);
      const { bootstrapAdmin } = config;
      if (accounts.any()) return;
      if (bootstrapAdmin) {
        const { name: organisation } = config.site;
        await accounts.ensureUser({ ...bootstrapAdmin, name: 'Administrator', organisation, role: 'admin' });
        log.info({ email: bootstrapAdmin.email }, 'the first administrator was made');
      } else log.warn('nobody can sign in yet: set bootstrapAdmin in the configuration and start again');
    },
    stop: () => Promise.resolve(),
  };
}
