import { createHmac } from 'node:crypto';
import type { Clock } from '@city-testbed/runtime';
import type { PilotMessage } from '../contract/index.ts';
import { askTarget, isFinal, retryAfterMs, TargetUnreachable } from './http-target.ts';
import type { Outcome, Target } from './delivery.ts';

export interface CloudEventsSettings {
  readonly url: string;
  readonly hmacKey: string;
  /** Who asks to deliver, in the handshake: a host name. */
  readonly origin: string;
}

/** Names of events in the configuration; the type of an event is `city-testbed.<name>`. */
export type EventName = 'pilot.output' | 'device.readings' | 'device.status';

const tries = 12;

/** What a message on a pilot's prefix is, as an event; undefined for what is no news to a city system. */
export function eventNameOf({ topic, direction, accepted }: PilotMessage): EventName | undefined {
  if (!accepted) return undefined;
  if (direction === 'send') return topic.startsWith('out/') ? 'pilot.output' : undefined;
  if (!topic.startsWith('devices/')) return undefined;
  if (topic.endsWith('/readings')) return 'device.readings';
  return topic.endsWith('/status') ? 'device.status' : undefined;
}

/** CloudEvents 1.0, structured mode. */
export function cloudEvent(id: string, name: EventName, site: string, pilot: string, message: PilotMessage) {
  return {
    specversion: '1.0',
    id,
    source: `/sites/${site}/pilots/${pilot}`,
    type: `city-testbed.${name}`,
    subject: message.topic,
    time: message.at,
    datacontenttype: 'application/json',
    data: message.payload,
  };
}

/**
 * The header x-city-signature: `t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<body>">`. The time is signed along,
 * so that a receiver can refuse what is replayed later.
 */
export function signature(key: string, seconds: number, body: string): string {
  const mac = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** One event a request, in order. Before the first one the target is asked whether it wants any (CloudEvents webhook 1.0.2, clause 4). */
export function cloudEventsTarget(settings: CloudEventsSettings, clock: Clock): Target {
  const { url, hmacKey, origin } = settings;
  let welcome: { readonly waitMs: number } | undefined;

  const handshake = async (stop: AbortSignal): Promise<{ readonly waitMs: number }> => {
    const headers = { 'WebHook-Request-Origin': origin };
    const answer = await askTarget(url, { method: 'OPTIONS', headers }, stop);
    const allowed = answer.headers.get('webhook-allowed-origin')?.trim();
    if (answer.status >= 300 || (allowed !== '*' && allowed?.toLowerCase() !== origin.toLowerCase())) {
      const said = allowed === undefined ? 'no WebHook-Allowed-Origin' : `WebHook-Allowed-Origin: ${allowed}`;
      throw new TargetUnreachable(`it did not consent to deliveries: HTTP ${answer.status}, ${said}`);
    }
    const perMinute = Number(answer.headers.get('webhook-allowed-rate') ?? NaN);
    return { waitMs: perMinute > 0 ? Math.ceil(60_000 / perMinute) : 0 };
  };

  return {
    batch: 1,
    tries,
    merge: (_, newer) => newer, // every event has a key of its own
    deliver: async ([item], stop): Promise<Outcome> => {
      if (!item) return { delivered: [], refused: [], postponed: [] };
      const { waitMs: pause } = (welcome ??= await handshake(stop));
      const body = item.payload;
      const headers = {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'x-city-signature': signature(hmacKey, Math.floor(clock.now() / 1000), body),
        'WebHook-Request-Origin': origin,
      };
      const answer = await askTarget(url, { method: 'POST', headers, body }, stop);
      const wait = pause > 0 ? { waitMs: pause } : {};
      if (answer.status >= 200 && answer.status < 300) {
        return { delivered: [item], refused: [], postponed: [], ...wait };
      }
      const error = `HTTP ${answer.status}: ${answer.body.slice(0, 500)}`;
      if (isFinal(answer.status)) {
        return { delivered: [], refused: [{ item, error }], postponed: [], error, ...wait };
      }
      welcome = undefined; // it may have moved or changed its mind: ask again
      const waitMs = retryAfterMs(answer.headers);
      return {
        delivered: [],
        refused: [],
        postponed: [item],
        error,
        ...(waitMs === undefined ? {} : { waitMs }),
      };
    },
  };
}
