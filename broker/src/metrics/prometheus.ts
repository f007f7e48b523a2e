import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Traffic } from '../model/traffic.ts';
import type { Metrics, MetricSources } from './metrics.ts';

/** Bounds in seconds: a sandbox beside the broker answers in a few ms, and the time-out is 3 s. */
const askedBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Prometheus metrics in a registry of their own. What passes on every packet is counted as plain numbers elsewhere and
 * only read here, when somebody scrapes.
 */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #incidents: Counter;
  readonly #asked: Histogram;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'city_broker_' });
    this.#incidents = new Counter({
      name: 'city_broker_incidents_total',
      help: 'Clients refused or cut and messages dropped, by reason',
      labelNames: ['kind', 'reason'],
      registers,
    });
    this.#asked = new Histogram({
      name: 'city_broker_sandbox_seconds',
      help: 'Time of one question to the sandbox',
      labelNames: ['outcome'],
      buckets: askedBuckets,
      registers,
    });
    this.#traffic(sources, registers);
    this.#levels(sources, registers);
  }

  incident(kind: string, reason: string): void {
    this.#incidents.inc({ kind, reason });
  }

  asked(seconds: number, outcome: string): void {
    this.#asked.observe({ outcome }, seconds);
  }

  /** In the text format of Prometheus. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #traffic(sources: MetricSources, registers: Registry[]): void {
    const totals: readonly [string, string, (traffic: Traffic) => number][] = [
      ['connects', 'Connections accepted', (traffic) => traffic.connects],
      ['messages_in', 'PUBLISH packets from clients', (traffic) => traffic.messagesIn],
      ['messages_out', 'PUBLISH packets to clients', (traffic) => traffic.messagesOut],
      ['bytes_in', 'Bytes from clients, without TLS and WebSocket framing', (traffic) => traffic.bytesIn],
      ['bytes_out', 'Bytes to clients, without TLS and WebSocket framing', (traffic) => traffic.bytesOut],
    ];
    for (const [name, help, read] of totals)
      new Counter({
        name: `city_broker_${name}_total`,
        help,
        labelNames: ['listener'],
        registers,
        collect() {
          this.reset();
          for (const traffic of sources.traffic()) this.inc({ listener: traffic.transport }, read(traffic));
        },
      });
    new Gauge({
      name: 'city_broker_connections',
      help: 'Clients that were let in and are connected',
      labelNames: ['listener'],
      registers,
      collect() {
        this.reset();
        for (const { transport } of sources.traffic()) this.set({ listener: transport }, 0);
        for (const { connection } of sources.sessions()) this.inc({ listener: connection.transport });
      },
    });
  }

  #levels(sources: MetricSources, registers: Registry[]): void {
    const filters = (): number =>
      sources.sessions().reduce((total, { subscriptions }) => total + subscriptions, 0);
    const levels: readonly [string, string, () => number][] = [
      ['kept_sessions', 'Sessions with clean session 0, of clients here and away', sources.keptSessions],
      ['subscriptions', 'Topic filters that connected clients hold', filters],
      ['queued_bytes', 'Bytes that wait to be written to connected clients', sources.queuedBytes],
      ['absent_bytes', 'Bytes that wait for sessions with clean session 0', sources.absentBytes],
      ['retained_bytes', 'Bytes of retained messages', sources.retainedBytes],
      ['waiting_publishes', 'Messages that wait for the one before them', sources.waitingPublishes],
    ];
    for (const [name, help, read] of levels)
      new Gauge({
        name: `city_broker_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
  }
}
