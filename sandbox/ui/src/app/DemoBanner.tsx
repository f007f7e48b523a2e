import { IconRobot } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../components/useSession.ts';
import classes from './Shell.module.css';

/** Says on every page of a demonstration that nothing here was measured in a real city. */
export function DemoBanner() {
  const { t } = useTranslation();
  const { demo } = useSession();
  if (!demo) return null;
  return (
    <div className={classes.demo} data-testid="demo-banner">
      <IconRobot size={16} aria-hidden />
      <p>
        <strong>{t('demo.banner')}.</strong> <span>{t('demo.text')}</span>
      </p>
    </div>
  );
}
