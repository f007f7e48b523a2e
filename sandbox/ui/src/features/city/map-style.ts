import type { StyleSpecification } from 'maplibre-gl';
import type { Session } from '../../../../src/contract/index.ts';
import { dark, gray, petrol } from '../../theme/palette.ts';
import { gridAround } from './map-grid.ts';

const looks = {
  light: { ground: '#e9f0f1', line: petrol[1], major: petrol[2] },
  dark: { ground: dark[7], line: dark[5], major: dark[4] },
} as const;

/** The ground under the devices: the city's own tiles where there are some, else a plain kilometre grid. */
export function mapStyle(
  site: Session['site'],
  tilesUrl: string | null,
  scheme: 'light' | 'dark',
): StyleSpecification {
  const { ground, line, major } = looks[scheme];
  const style: StyleSpecification = {
    version: 8,
    sources: {
      grid: {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: gridAround(site.lat, site.lon).map(({ from, to, major: isMajor }) => ({
            type: 'Feature',
            properties: { major: isMajor },
            geometry: { type: 'LineString', coordinates: [[...from], [...to]] },
          })),
        },
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground } },
      {
        id: 'grid',
        type: 'line',
        source: 'grid',
        filter: ['!', ['get', 'major']],
        minzoom: 13,
        paint: { 'line-color': line, 'line-width': 1 },
      },
      {
        id: 'grid-major',
        type: 'line',
        source: 'grid',
        filter: ['get', 'major'],
        paint: { 'line-color': major, 'line-width': 1 },
      },
    ],
  };
  if (tilesUrl === null) return style;
  return {
    ...style,
    sources: { tiles: { type: 'raster', tiles: [tilesUrl], tileSize: 256 } },
    layers: [
      {
        id: 'ground',
        type: 'background',
        paint: { 'background-color': scheme === 'dark' ? dark[8] : gray[1] },
      },
      {
        id: 'tiles',
        type: 'raster',
        source: 'tiles',
        // Tiles are drawn for daylight; at night they are dimmed.
        paint: scheme === 'dark' ? { 'raster-brightness-max': 0.55, 'raster-saturation': -0.5 } : {},
      },
    ],
  };
}
