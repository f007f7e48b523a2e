import { Button, Card, Group, SegmentedControl, Text, TextInput, Title } from '@mantine/core';
import { IconDeviceDesktopAnalytics, IconSearch, IconZoomExclamation } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Device, DeviceState } from '../../../../src/contract/index.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { useHasRole } from '../../components/useSession.ts';
import { useLanguage } from '../../i18n/index.ts';
import { DeviceRow } from './DeviceRow.tsx';
import classes from './DeviceList.module.css';
import { matches } from './search.ts';

const states = ['online', 'stale', 'offline'] as const satisfies readonly DeviceState[];

interface DeviceListProps {
  readonly devices: readonly Device[];
  readonly onPoint: (device: string | null) => void;
}

/** All devices, to search and filter. The choice is kept in the address, so that it can be shared. */
export function DeviceList({ devices, onPoint }: DeviceListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const vendor = useHasRole('vendor');
  const [chosen, choose] = useSearchParams();
  const query = chosen.get('q') ?? '';
  const state = states.find((each) => each === chosen.get('state'));
  const set = (name: string, value: string) => {
    choose(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  };
  const shown = useMemo(
    () =>
      devices
        .filter((device) => (state === undefined || device.state === state) && matches(device, query))
        .toSorted((a, b) => a.name.localeCompare(b.name, language, { numeric: true })),
    [devices, state, query, language],
  );
  const count = (each: DeviceState) => devices.filter((device) => device.state === each).length;

  return (
    <Card component="section" aria-labelledby="devices" padding={0} data-testid="device-list">
      <Group justify="space-between" px="md" pt="md" gap="xs">
        <Title order={2} id="devices">
          {t('list.title')}
        </Title>
        <Text size="sm" c="dimmed" role="status">
          {t('list.shown', { shown: String(shown.length), total: String(devices.length) })}
        </Text>
      </Group>
      {devices.length === 0 ? (
        <EmptyState
          icon={<IconDeviceDesktopAnalytics />}
          title={t('list.emptyTitle')}
          text={vendor ? t('list.emptyVendor') : t('list.emptyText')}
        />
      ) : (
        <>
          <div className={classes.filters}>
            <TextInput
              type="search"
              value={query}
              onChange={(event) => set('q', event.currentTarget.value)}
              placeholder={t('list.search')}
              aria-label={t('list.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
            />
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('list.filterState')}
              value={state ?? ''}
              onChange={(value) => set('state', value)}
              data={[
                { value: '', label: t('list.all') },
                ...states.map((each) => ({
                  value: each,
                  label: (
                    <>
                      {t(`state.${each}`)} <span className={classes.count}>{count(each)}</span>
                    </>
                  ),
                })),
              ]}
            />
          </div>
          {shown.length === 0 ? (
            <EmptyState
              icon={<IconZoomExclamation />}
              title={t('list.noneTitle')}
              text={t('list.noneText')}
              action={
                <Button variant="default" onClick={() => choose({}, { replace: true })}>
                  {t('action.clear')}
                </Button>
              }
            />
          ) : (
            <ul className={classes.rows}>
              {shown.map((device) => (
                <DeviceRow key={device.id} device={device} onPoint={onPoint} />
              ))}
            </ul>
          )}
        </>
      )}
    </Card>
  );
}
