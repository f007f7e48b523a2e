import { Type } from '@sinclair/typebox';
import { Instant, Resolution, type Gateway, type SeriesPoint } from '../../contract/index.ts';
import { sandboxError } from '../../errors.ts';
import type { Rollup, StoredReading } from '../../store/reading-store.ts';
import { DeviceSight } from '../device-sight.ts';
import { deviceView, readingView } from '../device-view.ts';
import { instant, instantOrNull, msOf, optionalMs } from '../instants.ts';
import type { Labels } from '../labels.ts';
import type { ApiParts } from '../parts.ts';
import { pickResolution, seriesFaults } from '../resolution.ts';
import { Cursor, DeviceParams, limit, ref } from '../schemas.ts';
import { everybody, type Server } from '../server.ts';
import { Sight } from '../sight.ts';

const Metric = Type.String({ maxLength: 512 });

/** Devices, gateways, and what was read from them. */
export function deviceRoutes(server: Server, parts: ApiParts, labels: Labels): void {
  const { registry, store, pilots } = parts;
  const tags = ['devices'];

  server.get(
    '/devices',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'listDevices',
        tags,
        summary: 'Every device that you may see, with its last readings',
        response: { 200: ref('DeviceList') },
      },
    },
    async (request) => {
      const sight = new Sight(request.caller, pilots);
      const seen = sight.devices();
      const seenOf = (id: string) => (seen === 'all' ? DeviceSight.whole : seen.get(id));
      const records = registry.devices().filter(({ id }) => seenOf(id));
      const last = await store.latest(seen === 'all' ? undefined : records.map(({ id }) => id));
      const byDevice = new Map<string, StoredReading[]>();
      for (const reading of last) {
        const known = byDevice.get(reading.device);
        if (known) known.push(reading);
        else byDevice.set(reading.device, [reading]);
      }
      const visible = sight.pilots();
      return {
        items: records.flatMap((record) => {
          const part = seenOf(record.id);
          return part ? deviceView(record, part, byDevice.get(record.id) ?? [], visible, labels) : [];
        }),
      };
    },
  );

  server.get(
    '/devices/:device',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'getDevice',
        tags,
        summary: 'One device with its last readings',
        params: DeviceParams,
        response: { 200: ref('Device') },
      },
    },
    async (request) => {
      const sight = new Sight(request.caller, pilots);
      const { record, seen } = sight.device(request.params.device, registry);
      return deviceView(record, seen, await store.latest([record.id]), sight.pilots(), labels);
    },
  );

  server.get(
    '/devices/:device/series',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'getSeries',
        tags,
        summary: 'One metric over time, for a chart',
        description:
          'Minimum, maximum, mean and last of each interval. `auto` takes the finest resolution that gives at most some 1500 points. A vendor gets the intervals that began since the pilot did.',
        params: DeviceParams,
        querystring: Type.Object(
          {
            metric: Metric,
            from: Instant,
            to: Instant,
            resolution: Type.Union([Type.Literal('auto'), Resolution], { default: 'auto' }),
          },
          { additionalProperties: false },
        ),
        response: { 200: ref('Series') },
      },
    },
    async (request) => {
      const { metric: name, resolution: wanted } = request.query;
      const { record, seen } = new Sight(request.caller, pilots).device(request.params.device, registry);
      const metric = record.metrics.find((known) => known.name === name);
      if (!metric || !seen.sees(name)) throw sandboxError('SANDBOX_API_METRIC_UNKNOWN', name);
      const from = msOf(request.query.from, 'from');
      const to = msOf(request.query.to, 'to');
      const resolution = wanted === 'auto' ? pickResolution(to - from, metric.intervalMs) : wanted;
      const faults = seriesFaults(from, to, resolution, metric.intervalMs);
      if (faults.length > 0) {
        throw sandboxError('SANDBOX_API_INPUT_INVALID', 'the period', { context: { faults } });
      }
      const since = seen.since(name);
      const query = { device: record.id, metric: name, from: Math.max(from, since), to, resolution };
      const rollups = query.from < to ? await store.series(query) : [];
      return {
        device: record.id,
        metric: name,
        unit: metric.unit,
        from: instant(from),
        to: instant(to),
        resolution,
        // An interval that began before what one may see mixes both: it is left out.
        points: rollups.filter((rollup) => rollup.from >= since).map(pointOf),
      };
    },
  );

  server.get(
    '/devices/:device/readings',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'listDeviceReadings',
        tags,
        summary: "A device's readings in the order stored, by cursor, without gaps",
        description: 'A vendor gets what was observed since the pilot started.',
        params: DeviceParams,
        querystring: Type.Object(
          {
            metric: Type.Optional(Metric),
            from: Type.Optional(Instant),
            to: Type.Optional(Instant),
            after: Type.Optional(Cursor),
            limit: limit(100, 1000),
          },
          { additionalProperties: false },
        ),
        response: { 200: ref('ReadingPage') },
      },
    },
    async (request) => {
      const { metric, after, limit: most } = request.query;
      const { record, seen } = new Sight(request.caller, pilots).device(request.params.device, registry);
      if (metric !== undefined && !seen.sees(metric)) {
        throw sandboxError('SANDBOX_API_METRIC_UNKNOWN', metric);
      }
      const since = metric === undefined ? seen.earliest : seen.since(metric);
      const from = Math.max(optionalMs(request.query.from, 'from') ?? -Infinity, since);
      const to = optionalMs(request.query.to, 'to');
      const page = await store.readings({
        grants: [metric === undefined ? seen.grant(record.id) : { device: record.id, metrics: [metric] }],
        ...(from === -Infinity ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(after === undefined ? {} : { after }),
        limit: most,
      });
      // Where several pilots grant metrics of this device, each is seen since its own.
      const items = page.items
        .filter((reading) => seen.seesReading(reading))
        .map((reading) => readingView(reading, record));
      return { items, next: page.more ? page.cursor : null, cursor: page.cursor };
    },
  );

  server.get(
    '/gateways',
    {
      config: { admit: { roles: ['admin', 'staff', 'engineer'] } },
      schema: {
        operationId: 'listGateways',
        tags,
        summary: 'Gateways and how they do',
        response: { 200: ref('GatewayList') },
      },
    },
    () => ({
      items: registry.gateways().map((gateway): Gateway => ({
        ...gateway,
        since: instantOrNull(gateway.since),
        lastSeenAt: instantOrNull(gateway.lastSeenAt),
        devices: registry
          .devices()
          .filter((device) => device.gateway === gateway.id)
          .map(({ id }) => id),
      })),
    }),
  );
}

function pointOf({ from, min, max, sum, last, count, bad, synthetic }: Rollup): SeriesPoint {
  // Texts are counted and have no sum: their mean is as absent as their minimum.
  const mean = count > 0 && min !== null ? sum / count : null;
  return { t: instant(from), min, max, mean, last, count, bad, synthetic: synthetic > 0 };
}
