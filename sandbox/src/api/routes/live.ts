import { Type } from '@sinclair/typebox';
import type { DeviceUpdate } from '../../contract/index.ts';
import { DeviceSight } from '../device-sight.ts';
import type { EventStream, EventStreams } from '../event-streams.ts';
import type { ApiParts } from '../parts.ts';
import { eventStream, PilotParams } from '../schemas.ts';
import { everybody, type Caller, type Server } from '../server.ts';
import { Sight } from '../sight.ts';

interface DeviceListener {
  readonly stream: EventStream;
  readonly sightOf: (device: string) => DeviceSight | undefined;
}

/** Live views for browsers, as server-sent events. */
export function liveRoutes(server: Server, parts: ApiParts, eventStreams: EventStreams): void {
  const { access, pilots, registry, streams } = parts;
  const listeners = new Set<DeviceListener>();

  // One subscription for all clients, so that an update is written out once, not once a client; and none for nobody.
  let unsubscribe: (() => void) | undefined;
  const tell: Parameters<typeof streams.onDevice>[0] = (event) => {
    const device = 'readings' in event ? event.readings.device : event.status.device;
    let whole: string | undefined;
    for (const { stream, sightOf } of listeners) {
      const sight = sightOf(device);
      if (!sight) continue;
      if ('status' in event) stream.send('status', (whole ??= JSON.stringify(event.status)));
      else if (sight.isWhole) stream.send('readings', (whole ??= JSON.stringify(event.readings)));
      else {
        const part = partOf(event.readings, sight);
        if (part) stream.send('readings', JSON.stringify(part));
      }
    }
  };
  const listen = (listener: DeviceListener): void => {
    listeners.add(listener);
    unsubscribe ??= streams.onDevice(tell);
    listener.stream.onClose(() => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      unsubscribe?.();
      unsubscribe = undefined;
    });
  };
  server.addHook('onClose', () => unsubscribe?.());

  const alive = (caller: Caller): boolean =>
    caller.kind === 'person' && access.sessions.alive(caller.session.id);
  const sessionOf = (caller: Caller): string => (caller.kind === 'person' ? caller.session.id : '');

  server.get(
    '/live',
    {
      exposeHeadRoute: false,
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'followDevices',
        tags: ['live'],
        summary: 'Readings and status of devices as they are stored',
        description: 'Events `readings` (DeviceUpdate) and `status` (DeviceStatus).',
        querystring: Type.Object(
          {
            devices: Type.Optional(
              Type.String({ maxLength: 20_000, description: 'Ids, separated by commas; all when left out' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: eventStream,
      },
    },
    (request, reply) => {
      const { caller, query } = request;
      const sight = new Sight(caller, pilots);
      const wanted =
        query.devices === undefined ? undefined : new Set(query.devices.split(',').filter(Boolean));
      for (const device of wanted ?? []) sight.device(device, registry);
      const seen = sight.devices();
      const signature = sight.deviceSignature();
      // What one sees is fixed for the life of a stream: when it changes, the stream ends and the browser opens another.
      const stream = eventStreams.open(
        reply,
        sessionOf(caller),
        () => alive(caller) && new Sight(caller, pilots).deviceSignature() === signature,
      );
      listen({
        stream,
        sightOf: (device) => {
          if (wanted && !wanted.has(device)) return undefined;
          return seen === 'all' ? DeviceSight.whole : seen.get(device);
        },
      });
    },
  );

  server.get(
    '/pilots/:pilot/live',
    {
      exposeHeadRoute: false,
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'followPilot',
        tags: ['live'],
        summary: "What passes on a pilot's prefix, the last messages first",
        description: 'Events `message` (PilotMessage).',
        params: PilotParams,
        response: eventStream,
      },
    },
    (request, reply) => {
      const { caller, params } = request;
      const pilot = new Sight(caller, pilots).pilot(params.pilot);
      const agreement = JSON.stringify(pilot.agreement);
      const stream = eventStreams.open(reply, sessionOf(caller), () => {
        const now = pilots.find(pilot.id);
        return (
          now !== undefined &&
          alive(caller) &&
          new Sight(caller, pilots).seesPilot(now) &&
          JSON.stringify(now.agreement) === agreement
        );
      });
      for (const message of streams.recent(pilot.id)) stream.send('message', JSON.stringify(message));
      stream.onClose(streams.onPilot(pilot.id, (message) => stream.send('message', JSON.stringify(message))));
    },
  );
}

function partOf(update: DeviceUpdate, seen: DeviceSight): DeviceUpdate | undefined {
  const observedAt = Date.parse(update.observedAt);
  const readings = Object.entries(update.readings).filter(([metric]) =>
    seen.seesReading({ metric, observedAt }),
  );
  return readings.length > 0 ? { ...update, readings: Object.fromEntries(readings) } : undefined;
}
