import { Card, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveDevices } from '../../api/live.ts';
import { devicesQuery } from '../../api/queries.ts';
import { LineState } from '../../components/LineState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { useSession } from '../../components/useSession.ts';
import { DeviceList } from './DeviceList.tsx';
import { MapFrame } from './MapFrame.tsx';
import classes from './CityPage.module.css';

const CityMap = lazy(() => import('./CityMap.tsx'));

/** Home: what the city's devices measure now, on a map and as a list. */
export function CityPage() {
  const { t } = useTranslation();
  const { site } = useSession();
  const devices = useQuery(devicesQuery());
  const line = useLiveDevices();
  const [pointed, setPointed] = useState<string | null>(null);
  return (
    <>
      <PageHeader
        title={t('city.title')}
        lead={t('city.lead', { city: site.name })}
        tags={<LineState state={line} />}
      />
      {devices.isError && devices.data === undefined ? (
        <ProblemAlert error={devices.error} retry={() => void devices.refetch()} />
      ) : (
        <div className={classes.split}>
          <MapFrame>
            <Suspense fallback={<Skeleton h="100%" radius={0} />}>
              <CityMap devices={devices.data ?? []} pointed={pointed} />
            </Suspense>
          </MapFrame>
          {devices.data === undefined ? (
            <Card>
              <Stack>
                {[1, 2, 3, 4, 5, 6].map((row) => (
                  <Skeleton key={row} h={48} />
                ))}
              </Stack>
            </Card>
          ) : (
            <DeviceList devices={devices.data} onPoint={setPointed} />
          )}
        </div>
      )}
    </>
  );
}
