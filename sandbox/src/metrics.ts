import { Counter, Gauge, Registry } from 'prom-client';
import type { IngestCounters } from './ingest/ingest.ts';
import type { LinkCounters } from './mqtt/broker-link.ts';
import type { StoreCounters } from './store/sqlite-reading-store.ts';
import type { StreamCounters } from './streams/pilot-streams.ts';

interface Counting<T> {
  counters(): T;
}

export interface MetricSources {
  readonly store: Counting<StoreCounters>;
  readonly link: Counting<LinkCounters>;
  readonly ingest: Counting<IngestCounters>;
  readonly streams: Counting<StreamCounters>;
}

/** The counters of ingest, store and streams, read when somebody asks for /metrics. */
export function createMetrics({ store, link, ingest, streams }: MetricSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  const total = (name: string, help: string, read: () => number): void => {
    new Counter({
      name: `city_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  const now = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `city_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  const byCode = (name: string, help: string, read: () => ReadonlyMap<string, number>): void => {
    new Counter({
      name: `city_${name}_total`,
      help,
      registers,
      labelNames: ['code'],
      collect() {
        this.reset();
        for (const [code, count] of read()) this.inc({ code }, count);
      },
    });
  };
  total('store_readings', 'Readings stored', () => store.counters().stored);
  total('store_repeated', 'Readings that were there already', () => store.counters().repeated);
  total('store_refused', 'Readings refused because too many waited', () => store.counters().refused);
  total('store_failed', 'Readings whose commit failed', () => store.counters().failed);
  now(
    'store_waiting_readings',
    'Readings that wait for their commit',
    () => store.counters().waitingReadings,
  );
  now('store_waiting_queries', 'Queries that wait', () => store.counters().waitingQueries);
  now('broker_connected', '1 while the session at the broker is up', () => Number(link.counters().connected));
  total('broker_connects', 'Sessions at the broker', () => link.counters().connects);
  total('broker_received', 'MQTT messages received', () => link.counters().received);
  total('broker_sent', 'MQTT messages sent', () => link.counters().sent);
  total('broker_dropped', 'MQTT messages that the link could not take', () => link.counters().dropped);
  total('ingest_messages', 'Sparkplug messages taken in', () => ingest.counters().messages);
  total('ingest_readings', 'Readings of messages that were committed', () => ingest.counters().readings);
  total('ingest_turned_away', 'Readings not confirmed, to be sent again', () => ingest.counters().turnedAway);
  total('ingest_confirmations', 'Messages that confirm batches', () => ingest.counters().confirmations);
  total('ingest_sequence_gaps', 'Gaps in Sparkplug sequence numbers', () => ingest.counters().sequenceGaps);
  total('ingest_rebirth_requests', 'Rebirths asked for', () => ingest.counters().rebirthRequests);
  now(
    'ingest_waiting_readings',
    'Readings between broker and commit',
    () => ingest.counters().waitingReadings,
  );
  byCode('ingest_faults', 'Messages and readings refused, by code', () => ingest.counters().faults);
  total('streams_published', 'Messages to pilots', () => streams.counters().published);
  total(
    'streams_dropped',
    'Messages to pilots that the link could not take',
    () => streams.counters().dropped,
  );
  total('streams_outputs', 'Outputs of services kept', () => streams.counters().outputs);
  byCode('streams_faults', 'Messages of services refused, by code', () => streams.counters().faults);
  return registry;
}
