import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Clock, Logger } from '@city-testbed/runtime';
import type { CredentialRevocations } from '../access/access.ts';
import type { PilotDirectory } from '../pilots/pilots.ts';
import type { MqttLink } from './mqtt-link.ts';

const REVOCATIONS = '$city/revocations';
const EVENTS = '$city/events';
/** A broker that was away hears again of everything revoked in this time. */
const REPEATED_MS = 7 * 24 * 3_600_000;

const BrokerEvent = Type.Object({
  at: Type.Union([Type.String(), Type.Number()]),
  kind: Type.String({ maxLength: 64 }),
  clientId: Type.String(),
  principal: Type.Optional(
    Type.Object({ id: Type.String(), kind: Type.String(), pilot: Type.Optional(Type.String()) }),
  ),
  reason: Type.String({ maxLength: 128 }),
  detail: Type.String(),
});
type BrokerEvent = Static<typeof BrokerEvent>;

export interface BrokerControlParts {
  readonly link: MqttLink;
  readonly revocations: CredentialRevocations;
  readonly pilots: PilotDirectory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells the broker which credentials are revoked, and hears from it who was refused, cut or dropped. */
export function followBroker({ link, revocations, pilots, clock, log }: BrokerControlParts): void {
  const revoke = (credentials: readonly string[]): void => {
    if (credentials.length === 0) return;
    const payload = Buffer.from(JSON.stringify({ credentials, at: new Date(clock.now()).toISOString() }));
    link.send({ topic: REVOCATIONS, payload, qos: 1, retain: false });
  };
  link.onConnected(() => {
    link.subscribe([{ filter: EVENTS, qos: 1 }]);
    revoke(revocations.revokedSince(clock.now() - REPEATED_MS));
  });
  revocations.onRevoked(revoke);
  link.onMessage(EVENTS, (topic, payload) => {
    const event = eventOf(payload);
    if (!event) log.warn({ topic, bytes: payload.length }, 'an event of the broker is not what it should be');
    else if (event.principal?.kind === 'service' && event.principal.pilot !== undefined) {
      const told = typeof event.at === 'string' ? Date.parse(event.at) : event.at;
      const at = Number.isFinite(told) ? told : clock.now();
      const detail = event.detail.slice(0, 500);
      pilots.recordEvent(event.principal.pilot, { at, kind: event.kind, code: event.reason, detail });
    }
  });
}

function eventOf(payload: Uint8Array): BrokerEvent | undefined {
  try {
    const event: unknown = JSON.parse(Buffer.from(payload).toString());
    return Value.Check(BrokerEvent, event) ? event : undefined;
  } catch {
    return undefined; // not JSON: the caller says so
  }
}
