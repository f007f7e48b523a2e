import type { Clock, Logger } from '@city-testbed/runtime';
import type { ClientConnection, Incident } from '../listeners/listener.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Principal } from '../model/principal.ts';
import { KeyedBuckets } from '../model/token-bucket.ts';
import { reasons, type IncidentKind, type Reason } from '../model/reasons.ts';

/** What is published on `$city/events`. */
export interface CityEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: IncidentKind;
  readonly clientId: string;
  readonly principal?: Pick<Principal, 'id' | 'kind' | 'pilot'>;
  readonly reason: Reason;
  readonly detail: string;
}

interface Known {
  readonly clientId: string;
  readonly principal?: Principal;
}

/** A client in a loop writes three lines at once for each reason, then one in ten seconds; all of them are counted. */
const rate = { perSecond: 0.1, burst: 3, keys: 10_000 };
/** And all clients together no more than this: what is about many is in the metrics. */
const total = { perSecond: 50, burst: 200, keys: 1 };
const detailLength = 200;

/** Everything that was refused, cut or dropped comes here: counted always, logged and published at a bounded rate. */
export class Incidents {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #known = new WeakMap<ClientConnection, Known>();
  readonly #perClient = new KeyedBuckets(rate);
  readonly #all = new KeyedBuckets(total);
  #publish: (event: CityEvent) => void = () => undefined;

  constructor(parts: { clock: Clock; log: Logger; metrics: Metrics }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
  }

  /** Where events go; set once the broker can publish. */
  publishTo(publish: (event: CityEvent) => void): void {
    this.#publish = publish;
  }

  /** Tells whose connection it is, as soon as that is known. */
  introduce(connection: ClientConnection, who: Known): void {
    this.#known.set(connection, who);
  }

  readonly onConnection: Incident = ({ kind, reason, detail, transport, peer, connection }) => {
    const who = connection && this.#known.get(connection);
    this.#tell(kind, reason, detail, who, { transport, peer: peer.host });
  };

  record(kind: IncidentKind, reason: Reason, detail: string, who: Known): void {
    this.#tell(kind, reason, detail, who, {});
  }

  #tell(
    kind: IncidentKind,
    reason: Reason,
    detail: string,
    who: Known | undefined,
    where: { transport?: string; peer?: string },
  ): void {
    this.#metrics.incident(kind, reason);
    const clientId = who?.clientId ?? '';
    const now = this.#clock.monotonic();
    const key = JSON.stringify([clientId || where.peer, kind, reason]);
    if (!this.#perClient.take(key, 1, now) || !this.#all.take('', 1, now)) return;
    const principal = who?.principal && {
      id: who.principal.id,
      kind: who.principal.kind,
      ...(who.principal.pilot === undefined ? {} : { pilot: who.principal.pilot }),
    };
    const about = {
      kind,
      clientId,
      ...(principal ? { principal } : {}),
      reason,
      detail: detail.slice(0, detailLength),
    };
    const level = reason === 'shutdown' || reason === 'taken_over' ? 'debug' : 'warn';
    this.#log[level]({ ...about, ...where }, `${kind}: ${reasons[reason]}`);
    this.#publish({ at: new Date(this.#clock.now()).toISOString(), ...about });
  }
}
