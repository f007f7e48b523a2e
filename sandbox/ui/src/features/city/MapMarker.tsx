import { Tooltip } from '@mantine/core';
import { Marker, type Map as MapLibre } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device } from '../../../../src/contract/index.ts';
import { names } from '../../components/class-names.ts';
import { MetricValue } from '../../components/MetricValue.tsx';
import { StateShape } from '../../components/StateShape.tsx';
import { keyMetric } from '../../format/units.ts';
import { worstFirst, type Group } from './groups.ts';
import classes from './CityMap.module.css';

interface MapMarkerProps {
  readonly map: MapLibre;
  readonly group: Group;
  /** Whether a device that stands alone shows its value. */
  readonly withValue: boolean;
  readonly pointed: boolean;
}

/** A place on the map: the sign of each of its devices, and its name. */
export function MapMarker({ map, group, withValue, pointed }: MapMarkerProps) {
  const { t } = useTranslation();
  const [host] = useState(() => document.createElement('div'));
  const { lon, lat } = middle(group.devices);
  const marker = useRef<Marker | null>(null);
  useEffect(() => {
    const made = new Marker({ element: host, anchor: 'center' }).setLngLat([lon, lat]).addTo(map);
    marker.current = made;
    // MapLibre names each marker in English; the links inside have names of their own.
    for (const attribute of ['aria-label', 'role', 'tabindex']) host.removeAttribute(attribute);
    return () => {
      marker.current = null;
      made.remove();
    };
    // The position is kept up to date below.
  }, [map, host]);
  useEffect(() => {
    marker.current?.setLngLat([lon, lat]);
  }, [lon, lat]);
  const devices = group.devices.toSorted((a, b) => worstFirst[a.state] - worstFirst[b.state]);
  const [only] = devices;
  return createPortal(
    <div className={names(classes.marker, pointed && classes.pointed)}>
      <div className={classes.signs}>
        {devices.length === 1 && only ? (
          <DeviceSign device={only} withValue={withValue} />
        ) : (
          devices.map((device) => <DeviceSign key={device.id} device={device} />)
        )}
      </div>
      {group.named && (
        <div className={classes.place} aria-hidden>
          {group.place ?? t('gateways.devices', { count: group.devices.length })}
        </div>
      )}
    </div>,
    host,
  );
}

function middle(devices: readonly Device[]): { lat: number; lon: number } {
  const located = devices.flatMap(({ location }) => (location === null ? [] : [location]));
  const mean = (pick: (location: (typeof located)[number]) => number) =>
    located.reduce((sum, location) => sum + pick(location), 0) / Math.max(1, located.length);
  return { lat: mean(({ lat }) => lat), lon: mean(({ lon }) => lon) };
}

function DeviceSign({
  device,
  withValue = false,
}: {
  readonly device: Device;
  readonly withValue?: boolean;
}) {
  const { t } = useTranslation();
  const metric = keyMetric(device.metrics);
  const state = t(`state.${device.state}`);
  return (
    <Tooltip
      label={
        <>
          {device.name}
          <br />
          {state}
        </>
      }
    >
      <Link
        to={`/devices/${device.id}`}
        className={classes.sign}
        tabIndex={-1}
        aria-label={`${device.name}: ${state}`}
        data-testid={`marker-${device.id}`}
      >
        <StateShape state={device.state} size={20} />
        {withValue && metric !== undefined && (
          <span className={classes.value}>
            <MetricValue value={metric.value} unit={metric.unit} />
          </span>
        )}
      </Link>
    </Tooltip>
  );
}
