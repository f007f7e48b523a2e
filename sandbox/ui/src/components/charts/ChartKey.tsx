import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './ChartKey.module.css';

interface ChartKeyProps {
  readonly single: boolean;
  readonly synthetic: boolean;
  readonly bad: boolean;
}

/** What the signs of a chart mean; each is told apart by its drawing, not only by its colour. */
export function ChartKey({ single, synthetic, bad }: ChartKeyProps) {
  const { t } = useTranslation();
  return (
    <Group gap="md" component="ul" className={classes.key ?? ''}>
      <li>
        <i className={classes.line} />
        {single ? t('device.value') : t('device.mean')}
      </li>
      {!single && (
        <li>
          <i className={classes.band} />
          {t('device.band')}
        </li>
      )}
      {synthetic && (
        <li>
          <i className={classes.synthetic} />
          {t('device.synthetic')}
        </li>
      )}
      {bad && (
        <li>
          <i className={classes.bad} />
          {t('device.badReadings')}
        </li>
      )}
    </Group>
  );
}
