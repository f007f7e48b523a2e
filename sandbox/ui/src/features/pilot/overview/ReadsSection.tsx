import { Accordion, Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device, Pilot } from '../../../../../src/contract/index.ts';
import { useLiveDevices } from '../../../api/live.ts';
import { devicesQuery } from '../../../api/queries.ts';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { LineState } from '../../../components/LineState.tsx';
import { MetricValue } from '../../../components/MetricValue.tsx';
import { Section } from '../../../components/Section.tsx';
import { StateShape } from '../../../components/StateShape.tsx';
import { QualityTag, SourceTag } from '../../../components/StatusTags.tsx';
import { Age } from '../../../components/TimeText.tsx';
import { useLanguage } from '../../../i18n/index.ts';
import { grantedMetrics, grantsAll, type GrantedMetric } from './granted.ts';
import classes from './ReadsSection.module.css';

/** What the service may read, device by device: the names on the wire, and what they say now. */
export function ReadsSection({ pilot }: { readonly pilot: Pilot }) {
  const { t } = useTranslation();
  const { reads } = pilot.agreement;
  const devices = useQuery(devicesQuery()).data ?? [];
  const line = useLiveDevices(reads.map(({ device }) => device));
  const [first] = reads;
  return (
    <Section
      flush
      title={t('pilot.mayRead')}
      lead={t('pilot.mayReadLead')}
      actions={<LineState state={line} />}
      testId="may-read"
    >
      <Accordion
        multiple
        defaultValue={first === undefined ? [] : [first.device]}
        classNames={{ control: classes.control ?? '', content: classes.content ?? '' }}
      >
        {reads.map((read) => {
          const device = devices.find(({ id }) => id === read.device);
          return <GrantedDevice key={read.device} read={read} device={device} />;
        })}
      </Accordion>
    </Section>
  );
}

interface GrantedDeviceProps {
  readonly read: Pilot['agreement']['reads'][number];
  readonly device: Device | undefined;
}

function GrantedDevice({ read, device }: GrantedDeviceProps) {
  const { t } = useTranslation();
  const granted = grantedMetrics(read, device);
  const name = device?.name ?? read.device;
  const wireNames = granted.map((metric) => metric.name).join(', ');
  return (
    <Accordion.Item value={read.device}>
      <Accordion.Control>
        <span className={classes.name}>
          {device && <StateShape state={device.state} />} {name}
          {device && <span className="visually-hidden">{t(`state.${device.state}`)}</span>}
        </span>
        <span className={classes.names}>
          {device === undefined && `${t('pilot.unknownDevice')} `}
          {grantsAll(read) && `${t('pilot.allMetrics')} `}
          <code>{wireNames}</code>
        </span>
      </Accordion.Control>
      <Accordion.Panel>
        {granted.length > 0 && <MetricTable caption={name} metrics={granted} />}
        <div className={classes.foot}>
          {device && (
            <Anchor component={Link} to={`/devices/${device.id}`} size="sm">
              {t('pilot.openDevice', { device: name })}
            </Anchor>
          )}
        </div>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function MetricTable({
  caption,
  metrics,
}: {
  readonly caption: string;
  readonly metrics: readonly GrantedMetric[];
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns: Column<GrantedMetric>[] = [
    { key: 'wire', header: t('pilot.column.wire'), cell: ({ name }) => <code>{name}</code> },
    {
      key: 'quantity',
      header: t('pilot.column.quantity'),
      cell: ({ state }) => state?.label[language] ?? t('pilot.unknownDevice'),
    },
    {
      key: 'unit',
      header: t('pilot.column.unit'),
      // As it is sent, not as it is printed: this is what a program compares.
      cell: ({ state }) => (state?.unit ? <code>{state.unit}</code> : '–'),
    },
    {
      key: 'now',
      header: t('pilot.column.now'),
      figures: true,
      cell: ({ state }) =>
        state === undefined ? '–' : <MetricValue value={state.value} unit={state.unit} />,
    },
    {
      key: 'age',
      header: t('pilot.column.age'),
      cell: ({ state }) => (
        <Group gap="xs" component="span" display="inline-flex">
          <Age at={state?.observedAt ?? null} />
          {state !== undefined && state.observedAt !== null && state.quality !== 'good' && (
            <QualityTag quality={state.quality} />
          )}
          {state?.source && <SourceTag source={state.source} quiet />}
        </Group>
      ),
    },
  ];
  return <DataTable caption={caption} columns={columns} rows={metrics} rowKey={({ name }) => name} />;
}
