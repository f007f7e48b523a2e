import type { FastifyRequest } from 'fastify';
import type { MqttLimits } from '../access/access.ts';
import type { DeviceUpdate, PilotConnection } from '../contract/index.ts';
import type { PilotRecord } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry, MetricRecord } from '../store/device-registry.ts';
import type { Grant, StoredReading } from '../store/reading-store.ts';
import { instant } from './instants.ts';
import type { ApiConfig } from './parts.ts';

const text = {
  readings: {
    en: 'New readings of this device, as they are stored',
    ro: 'Măsurători noi ale acestui dispozitiv, pe măsură ce sunt stocate',
  },
  status: {
    en: 'Whether the device is online; retained, so that you get it when you subscribe',
    ro: 'Dacă dispozitivul este conectat; mesaj reținut, primit la abonare',
  },
  out: {
    en: 'What your service finds out: any JSON under any name; kept, shown and evaluated',
    ro: 'Ce constată serviciul dumneavoastră: orice JSON, sub orice nume; păstrat, afișat și evaluat',
  },
};

/** The topics below which a pilot's service lives. */
export function prefixOf(pilot: string): string {
  return `pilots/${pilot}/live`;
}

/** Where people and services reach this sandbox; without a public URL, where the request came in. */
export function baseUrl(config: ApiConfig, request: FastifyRequest): string {
  return config.http.publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
}

export function mqttUrl(config: ApiConfig): string {
  return config.mqtt.publicUrl ?? config.mqtt.url;
}

/** What a service needs to connect, with examples made of the metrics that it will really get. */
export function connectionOf(parts: {
  readonly pilot: PilotRecord;
  readonly grants: readonly Grant[];
  readonly registry: DeviceRegistry;
  readonly last: readonly StoredReading[];
  readonly config: ApiConfig;
  readonly base: string;
  readonly limits: MqttLimits;
  readonly now: number;
}): PilotConnection {
  const { pilot, grants, registry, last, config, base, limits, now } = parts;
  const { packetBytes, messagesPerSecond, subscriptions } = limits;
  return {
    mqttUrl: mqttUrl(config),
    websocketUrl: config.mqtt.publicWebsocketUrl ?? null,
    username: pilot.id,
    prefix: prefixOf(pilot.id),
    apiUrl: `${base}/api/v1`,
    topics: [
      ...grants.flatMap((grant): PilotConnection['topics'] => {
        const device = registry.device(grant.device);
        const at = `devices/${grant.device}`;
        const status = {
          device: grant.device,
          online: device?.state !== 'offline',
          since: instant(device?.since ?? now),
          reason: device?.stateReason ?? null,
        };
        return [
          {
            address: `${at}/readings`,
            direction: 'receive',
            summary: text.readings,
            example: JSON.stringify(exampleUpdate(grant, device, last, now)),
          },
          {
            address: `${at}/status`,
            direction: 'receive',
            summary: text.status,
            example: JSON.stringify(status),
          },
        ];
      }),
      {
        address: 'out/<name>',
        direction: 'send',
        summary: text.out,
        example: JSON.stringify({ level: 'warning', message: 'PM2.5 above 25 µg/m³ for 15 minutes' }),
      },
    ],
    limits: { packetBytes, outputBytes: config.limits.outputBytes, messagesPerSecond, subscriptions },
  };
}

function exampleUpdate(
  { device: id, metrics }: Grant,
  device: DeviceRecord | undefined,
  last: readonly StoredReading[],
  now: number,
): DeviceUpdate {
  const granted = device?.metrics.filter(({ name }) => metrics === null || metrics.includes(name)) ?? [];
  const readings = granted.map((metric) => {
    const reading = last.find((one) => one.device === id && one.metric === metric.name);
    const value = reading?.value ?? sampleOf(metric);
    return [metric.name, { value, unit: metric.unit, quality: 'good' as const }] as const;
  });
  const observedAt = last.find((reading) => reading.device === id)?.observedAt ?? now;
  return {
    device: id,
    observedAt: instant(observedAt),
    receivedAt: instant(observedAt + 120),
    source: 'live',
    historical: false,
    readings: Object.fromEntries(readings),
  };
}

function sampleOf({ type, low }: MetricRecord): number | boolean | string {
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : (low ?? 0);
}
