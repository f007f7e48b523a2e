import type { DeviceUpdate, Value } from '../contract/index.ts';
import type { DeviceRecord } from '../store/device-registry.ts';

/** An NGSI-LD entity in normalised form (ETSI GS CIM 009, clause 4.5). */
export interface Entity {
  readonly id: string;
  readonly type: string;
  readonly [attribute: string]: unknown;
}

interface Attribute {
  readonly name: string;
  readonly of?: (value: Value) => unknown;
  /** UN/CEFACT Recommendation 20, where the profile's unit changes on the way. */
  readonly unitCode?: string;
}

interface Model {
  readonly type: string;
  readonly context: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const core = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld';
const smart = (subject: string): string =>
  `https://raw.githubusercontent.com/smart-data-models/dataModel.${subject}/master/context.jsonld`;
const named = (name: string): Attribute => ({ name });
const scaled = (name: string, factor: number, unitCode: string): Attribute => ({
  name,
  unitCode,
  of: (value) => (typeof value === 'number' ? value * factor : value),
});

const weather: Readonly<Record<string, Attribute>> = {
  air_temperature: named('temperature'),
  // Smart Data Models: relativeHumidity is a share from 0 to 1.
  relative_humidity: scaled('relativeHumidity', 0.01, 'C62'),
  air_pressure: scaled('atmosphericPressure', 0.01, 'A97'),
  wind_speed_avg: named('windSpeed'),
  wind_direction_avg: named('windDirection'),
  rainfall: named('precipitation'),
  illuminance: named('illuminance'),
};

/** Smart Data Models by the metrics that tell them; the first that fits is taken. */
const models: readonly (Model & { readonly tell: readonly string[] })[] = [
  {
    type: 'AirQualityObserved',
    context: smart('Environment'),
    tell: ['pm1', 'pm2_5', 'pm10', 'no2', 'o3'],
    attributes: {
      ...weather,
      pm1: named('pm1'),
      pm2_5: named('pm25'),
      pm10: named('pm10'),
      no2: named('no2'),
      o3: named('o3'),
    },
  },
  {
    type: 'WeatherObserved',
    context: smart('Weather'),
    tell: ['air_temperature', 'wind_speed_avg', 'rainfall', 'air_pressure'],
    attributes: weather,
  },
  {
    type: 'ACMeasurement',
    context: smart('Energy'),
    tell: ['voltage', 'active_power', 'import_energy'],
    attributes: {
      voltage: { name: 'phaseVoltage', of: (value) => ({ L1: value }) },
      current: { name: 'current', of: (value) => ({ L1: value }) },
      active_power: named('totalActivePower'),
      apparent_power: named('totalApparentPower'),
      reactive_power: named('totalReactivePower'),
      power_factor: named('totalPowerFactor'),
      frequency: named('frequency'),
      import_energy: named('totalActiveEnergyImport'),
      export_energy: named('totalActiveEnergyExport'),
    },
  },
  {
    type: 'ParkingSpot',
    context: smart('Parking'),
    tell: ['occupied'],
    attributes: { occupied: { name: 'status', of: (value) => (value === true ? 'occupied' : 'free') } },
  },
];

const device: Model = { type: 'Device', context: smart('Device'), attributes: {} };

/** unitCode of a metric, from its device's profile. */
export type UnitCodes = (profile: string | null, metric: string) => string | undefined;

/** The good readings of an update as an entity; undefined where it has none. Metrics of no model keep their name. */
export function entityOf(
  update: DeviceUpdate,
  record: DeviceRecord,
  site: string,
  unitCodes: UnitCodes,
): Entity | undefined {
  const known = new Set(record.metrics.map(({ name }) => name));
  const model = models.find(({ tell }) => tell.some((metric) => known.has(metric))) ?? device;
  const observedAt = update.observedAt;
  const attributes = Object.entries(update.readings).flatMap(([metric, reading]) => {
    if (reading.quality !== 'good' || reading.value === null) return [];
    const { name, of, unitCode: own } = model.attributes[metric] ?? named(camel(metric));
    const unitCode = own ?? unitCodes(record.profile, metric);
    const value = of ? of(reading.value) : reading.value;
    return [[name, { type: 'Property', value, ...(unitCode ? { unitCode } : {}), observedAt }] as const];
  });
  if (attributes.length === 0) return undefined;
  return {
    id: `urn:ngsi-ld:${model.type}:${site}:${record.id}`,
    type: model.type,
    name: { type: 'Property', value: record.name },
    dateObserved: { type: 'Property', value: observedAt, observedAt },
    ...(record.location ? { location: geo(record.location) } : {}),
    ...Object.fromEntries(attributes),
    '@context': [model.context, core],
  };
}

/** Latest value wins, attribute by attribute: an update need not hold every metric. */
export function mergeEntities(waiting: string, newer: string): string {
  const merged: Record<string, unknown> = { ...(JSON.parse(waiting) as Entity) };
  for (const [name, attribute] of Object.entries(JSON.parse(newer) as Entity)) {
    if (timeOf(attribute) >= timeOf(merged[name])) merged[name] = attribute;
  }
  return JSON.stringify(merged);
}

/** ms of an attribute's observedAt; -Infinity without one, so that what has no time gives way. */
function timeOf(attribute: unknown): number {
  if (typeof attribute !== 'object' || attribute === null || !('observedAt' in attribute)) return -Infinity;
  return typeof attribute.observedAt === 'string' ? Date.parse(attribute.observedAt) : -Infinity;
}

function geo({ lat, lon }: { lat: number; lon: number }) {
  return { type: 'GeoProperty', value: { type: 'Point', coordinates: [lon, lat] } };
}

function camel(metric: string): string {
  return metric.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
