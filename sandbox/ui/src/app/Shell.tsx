import { AppShell, Group, Text } from '@mantine/core';
import { IconBook2, IconExternalLink, IconRoute } from '@tabler/icons-react';
import { Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { names } from '../components/class-names.ts';
import { LanguageSwitch } from '../components/LanguageSwitch.tsx';
import { useSession } from '../components/useSession.ts';
import { Brand } from './Brand.tsx';
import { DemoBanner } from './DemoBanner.tsx';
import { destinations, type Destination } from './navigation.tsx';
import { ProfileMenu } from './ProfileMenu.tsx';
import classes from './Shell.module.css';
import { Starting } from './Starting.tsx';

/** Moves the focus to the new page, so that a keyboard or screen reader does not stay in the old one. */
function useFocusOnArrival() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  // The parts of one pilot are tabs of one page.
  const page = pathname.split('/').slice(0, 3).join('/');
  const last = useRef(page);
  useEffect(() => {
    if (last.current === page) return;
    last.current = page;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [page]);
  return main;
}

/** The frame around every page: navigation, account, the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const { user, nodeRedUrl, version } = useSession();
  const main = useFocusOnArrival();
  if (user === null) return null;
  const mine = destinations.filter(({ roles }) => roles.includes(user.role));
  const links = (className: string, name: (destination: Destination) => string) =>
    mine.map((destination) => (
      <NavLink key={destination.to} to={destination.to} end={destination.to === '/'} className={className}>
        {destination.icon}
        <span>{name(destination)}</span>
      </NavLink>
    ));
  const outside = (href: string, icon: React.ReactNode, name: string) => (
    <a href={href} target="_blank" rel="noreferrer" className={classes.link}>
      {icon}
      <span>{name}</span>
      <IconExternalLink size={14} aria-hidden className={classes.outside} />
      <span className="visually-hidden">({t('nav.opensNewTab')})</span>
    </a>
  );
  return (
    <AppShell
      layout="alt"
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: 'md', collapsed: { mobile: true } }}
      footer={{ height: { base: 62, md: 0 } }}
      padding={0}
      transitionDuration={0}
    >
      <a className="skip-link" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header className={classes.header}>
        <Link to="/" className={classes.brandTop}>
          <Brand />
        </Link>
        <Group gap="sm" ml="auto" wrap="nowrap">
          <LanguageSwitch />
          <ProfileMenu user={user} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar visibleFrom="md" className={classes.navbar} aria-label={t('nav.label')}>
        <Link to="/" className={classes.brandSide}>
          <Brand />
        </Link>
        <div className={classes.links}>{links(names(classes.link), ({ name }) => t(`nav.${name}`))}</div>
        <div className={classes.more}>
          {nodeRedUrl !== null &&
            user.role !== 'vendor' &&
            outside(nodeRedUrl, <IconRoute size={20} aria-hidden />, t('nav.flows'))}
          {outside('/api/docs', <IconBook2 size={20} aria-hidden />, t('nav.api'))}
          <Text size="xs" className={classes.version}>
            {t('nav.version', { version })}
          </Text>
        </div>
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} id="content" tabIndex={-1} ref={main}>
        <DemoBanner />
        <div className={classes.page}>
          <Suspense fallback={<Starting />}>
            <Outlet />
          </Suspense>
        </div>
      </AppShell.Main>
      <AppShell.Footer withBorder={false} hiddenFrom="md">
        <nav className={classes.bottom} aria-label={t('nav.label')}>
          {links(names(classes.tab), ({ name }) => t(`nav.short.${name}`))}
        </nav>
      </AppShell.Footer>
    </AppShell>
  );
}
