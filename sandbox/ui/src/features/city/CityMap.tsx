import 'maplibre-gl/dist/maplibre-gl.css';
import { useComputedColorScheme } from '@mantine/core';
import { LngLatBounds, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../../src/contract/index.ts';
import { useSession } from '../../components/useSession.ts';
import { names } from '../../components/class-names.ts';
import { groupDevices, type Group, type PlacedDevice } from './groups.ts';
import classes from './CityMap.module.css';
import { MapMarker } from './MapMarker.tsx';
import { mapStyle } from './map-style.ts';

// A file of this site: the content security policy allows no other worker.
setWorkerUrl(workerUrl);

interface CityMapProps {
  readonly devices: readonly Device[];
  /** The device that the reader points at in the list. */
  readonly pointed: string | null;
}

/** The devices where they stand. Markers that would cover each other are joined. */
export default function CityMap({ devices, pointed }: CityMapProps) {
  const { t } = useTranslation();
  const { site, mapTilesUrl } = useSession();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  // The scheme that the map is drawn in; a new map begins with it.
  const drawn = useRef(scheme);
  const groups = useGroups(map, devices);

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = new MapLibre({
      container: place.current,
      style: mapStyle(site, mapTilesUrl, drawn.current),
      center: [site.lon, site.lat],
      zoom: 13,
      minZoom: 9,
      maxZoom: 18,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      // The page scrolls under the finger; the map asks for two.
      cooperativeGestures: window.matchMedia('(pointer: coarse)').matches,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-left');
    made.getCanvas().setAttribute('tabindex', '-1');
    setMap(made);
    return () => {
      setMap(null);
      made.remove();
    };
  }, [site, mapTilesUrl]);

  useEffect(() => {
    if (map === null || drawn.current === scheme) return;
    drawn.current = scheme;
    map.setStyle(mapStyle(site, mapTilesUrl, scheme));
  }, [map, site, mapTilesUrl, scheme]);

  useFit(map, devices);

  const unplaced = devices.filter(({ location }) => location === null).length;
  return (
    <div className={names(classes.whole, map !== null && isNarrow(map) && classes.narrow)}>
      <p className="visually-hidden">{t('city.mapHelp')}</p>
      <div ref={place} className={classes.map} />
      {map !== null &&
        groups.map((group) => (
          <MapMarker
            key={group.devices.map(({ id }) => id).join(' ')}
            map={map}
            group={group}
            withValue={!isNarrow(map)}
            pointed={group.devices.some(({ id }) => id === pointed)}
          />
        ))}
      {unplaced > 0 && <p className={classes.note}>{t('city.unplaced', { count: unplaced })}</p>}
    </div>
  );
}

const isNarrow = (map: MapLibre) => map.getContainer().clientWidth < 500;

/** Groups the devices anew whenever the map has come to rest. */
function useGroups(map: MapLibre | null, devices: readonly Device[]): readonly Group[] {
  const [, setRest] = useState(0);
  useEffect(() => {
    if (map === null) return undefined;
    const settle = () => setRest((count) => count + 1);
    map.on('moveend', settle);
    map.on('resize', settle);
    return () => {
      map.off('moveend', settle);
      map.off('resize', settle);
    };
  }, [map]);
  if (map === null) return [];
  const placed = devices.flatMap((device): PlacedDevice[] => {
    if (device.location === null) return [];
    return [{ device, at: map.project([device.location.lon, device.location.lat]) }];
  });
  return groupDevices(placed, !isNarrow(map));
}

/** Shows all devices once they are known; after that the reader moves the map. */
function useFit(map: MapLibre | null, devices: readonly Device[]): void {
  const done = useRef<MapLibre | null>(null);
  useEffect(() => {
    if (map === null || done.current === map) return;
    const located = devices.flatMap(({ location }) => (location === null ? [] : [location]));
    if (located.length === 0) return;
    done.current = map;
    const bounds = new LngLatBounds();
    for (const { lon, lat } of located) bounds.extend([lon, lat]);
    map.fitBounds(bounds, {
      padding: isNarrow(map)
        ? { top: 50, bottom: 64, left: 66, right: 66 }
        : { top: 70, bottom: 80, left: 100, right: 100 },
      maxZoom: 16,
      animate: false,
    });
  }, [map, devices]);
}
