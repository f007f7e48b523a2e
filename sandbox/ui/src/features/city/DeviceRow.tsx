import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device } from '../../../../src/contract/index.ts';
import { MetricValue } from '../../components/MetricValue.tsx';
import { StateShape } from '../../components/StateShape.tsx';
import { QualityTag, SourceTag, StateTag } from '../../components/StatusTags.tsx';
import { Age } from '../../components/TimeText.tsx';
import { keyMetric } from '../../format/units.ts';
import { useLanguage } from '../../i18n/index.ts';
import classes from './DeviceList.module.css';

interface DeviceRowProps {
  readonly device: Device;
  readonly onPoint: (device: string | null) => void;
}

/** One device: its sign, name, place, key value and how old it is. */
export const DeviceRow = memo(function DeviceRow({ device, onPoint }: DeviceRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const metric = keyMetric(device.metrics);
  const point = () => onPoint(device.id);
  const leave = () => onPoint(null);
  const doubtful = metric !== undefined && metric.quality === 'bad';
  return (
    <li>
      <Link
        to={`/devices/${device.id}`}
        className={classes.row}
        onMouseEnter={point}
        onMouseLeave={leave}
        onFocus={point}
        onBlur={leave}
        data-testid={`device-${device.id}`}
      >
        <StateShape state={device.state} size={20} />
        <span className={classes.who}>
          <span className={classes.name}>{device.name}</span>
          <span className={classes.sub}>
            {[device.location?.place, metric?.label[language]].filter(Boolean).join(' · ')}
          </span>
          <span className={classes.tags}>
            {device.state === 'online' ? (
              <span className="visually-hidden">{t('state.online')}</span>
            ) : (
              <StateTag state={device.state} />
            )}
            {doubtful && <QualityTag quality={metric.quality} />}
            {metric?.source && <SourceTag source={metric.source} quiet />}
          </span>
        </span>
        <span className={classes.now}>
          {metric && (
            <span className={classes.value}>
              <MetricValue value={metric.value} unit={metric.unit} testId={`value-${device.id}`} />
            </span>
          )}
          <span className={classes.sub}>
            <Age at={device.lastSeenAt} />
          </span>
        </span>
      </Link>
    </li>
  );
});
