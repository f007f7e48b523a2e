const { randomBytes } = require('node:crypto');
const { EventEmitter } = require('node:events');
const mqtt = require('mqtt');
const { SendQueue } = require('./send-queue.cjs');
const { matches } = require('./topics.cjs');

const protocols = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];
/** Doubled at each failed try, with up to a fifth more, so that many clients do not come back in one step. */
const backOff = { firstMs: 1000, mostMs: 30_000 };
const queueLimits = { messages: 1000, bytes: 4 * 1024 * 1024 };
/** Half of what the testbed allows a service, so that a queue that drains after an outage never gets the session cut. */
const messagesPerSecond = 50;

/**
 * @typedef {'idle' | 'connecting' | 'connected' | 'waiting'} State
 *   waiting: the last try failed and the next one comes by itself
 * @typedef {(topic: string, payload: Buffer) => void} Listener
 */

/**
 * One MQTT 3.1.1 session with the broker, shared by all nodes of a configuration. It connects when it is first used, comes back
 * by itself, and subscribes again each time. Emits 'state' when anything that a status shows has changed.
 * @extends {EventEmitter<{state: []}>}
 */
class Connection extends EventEmitter {
  /** @type {State} */
  state = 'idle';
  /** Why the last try failed, or what the broker refused; empty when all is well. */
  problem = '';
  /** @type {import('mqtt').MqttClient | undefined} */
  #client;
  /** @type {Set<{filter: string, listener: Listener}>} */
  #subscriptions = new Set();
  /** Filters that the broker refused. @type {Set<string>} */
  #refusedFilters = new Set();
  #queue;
  #options;
  #pace;
  #closed = false;
  /** @type {Set<import('./send-queue.cjs').Entry>} */
  #inFlight = new Set();
  /** What may still be sent in this second. */
  #allowance = messagesPerSecond;
  /** @type {NodeJS.Timeout | undefined} */
  #second;

  /**
   * @param {object} options
   * @param {string} options.url mqtt, mqtts, ws or wss
   * @param {string} [options.username]
   * @param {string} [options.password]
   * @param {{firstMs: number, mostMs: number}} [options.backOff]
   * @param {{messages: number, bytes: number}} [options.queueLimits]
   * @throws {Error} where the URL is none of MQTT's
   */
  constructor(options) {
    super();
    if (!URL.canParse(options.url) || !protocols.includes(new URL(options.url).protocol)) {
      throw new Error(`"${options.url}" is no broker address (mqtt://, mqtts://, ws:// or wss://)`);
    }
    this.setMaxListeners(0); // one per node
    this.#options = options;
    this.#pace = options.backOff ?? backOff;
    this.#queue = new SendQueue(options.queueLimits ?? queueLimits);
  }

  /** Messages accepted and not acknowledged yet. */
  get pending() {
    return this.#queue.pending;
  }

  /** Messages refused because the queue was full. */
  get refused() {
    return this.#queue.refused;
  }

  /**
   * True where the broker said no to this filter on the present connection.
   * @param {string} filter
   */
  isRefused(filter) {
    return this.#refusedFilters.has(filter);
  }

  /**
   * @param {string} filter
   * @param {Listener} listener it must not throw
   * @returns {() => void} ends the subscription
   */
  subscribe(filter, listener) {
    const subscription = { filter, listener };
    const first = !this.#has(filter);
    this.#subscriptions.add(subscription);
    this.#open();
    if (first && this.#client?.connected) this.#ask([filter]);
    return () => {
      if (!this.#subscriptions.delete(subscription) || this.#has(filter)) return;
      this.#refusedFilters.delete(filter);
      if (this.#client?.connected) this.#client.unsubscribe(filter);
    };
  }

  /**
   * Publishes with QoS 1, not retained. While there is no connection the message waits in a bounded queue.
   * @param {string} topic
   * @param {string} payload
   * @returns {Promise<void>} resolves at the broker's PUBACK
   */
  publish(topic, payload) {
    if (this.#closed) return Promise.reject(new Error('the connection was closed'));
    const sent = this.#queue.add(topic, payload);
    this.#open();
    this.#flush();
    return sent;
  }

  /** Idempotent. What was not acknowledged by then fails. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#second);
    const client = this.#client;
    const reason = new Error('the connection was closed before the broker had the message');
    for (const entry of this.#queue.take()) entry.reject(reason);
    if (client) await client.endAsync(true).catch(() => undefined); // forced: nothing is left to wait for
    for (const entry of this.#inFlight) entry.reject(reason);
    this.#inFlight.clear();
    this.#subscriptions.clear();
    this.#become('idle', '');
  }

  #open() {
    if (this.#client || this.#closed) return;
    const { url, username, password } = this.#options;
    const pace = this.#pace;
    const client = mqtt.connect(url, {
      protocolVersion: 4,
      clean: true,
      clientId: `city-flows-${randomBytes(6).toString('hex')}`,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: pace.firstMs,
      // A refusal may be for now only: a broker that cannot ask the sandbox says no, and a token may be issued anew.
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    this.#become('connecting', '');
    client.on('connect', () => {
      client.options.reconnectPeriod = pace.firstMs;
      this.#refusedFilters.clear();
      this.#become('connected', '');
      this.#ask([...new Set([...this.#subscriptions].map(({ filter }) => filter))]);
      this.#flush();
    });
    client.on('reconnect', () => {
      const doubled = Math.min(pace.mostMs, (client.options.reconnectPeriod ?? pace.firstMs) * 2);
      client.options.reconnectPeriod = Math.round(doubled * (1 + Math.random() / 5));
    });
    client.on('error', (error) => this.#become('waiting', error.message || String(error)));
    client.on('close', () => this.#become('waiting', this.problem || 'the connection was lost'));
    client.on('message', (topic, payload) => {
      for (const { filter, listener } of this.#subscriptions)
        if (matches(filter, topic)) listener(topic, payload);
    });
  }

  /** @param {readonly string[]} filters */
  #ask(filters) {
    if (filters.length === 0) return;
    this.#client?.subscribe([...filters], { qos: 1 }, (_error, _granted, packet) => {
      // SUBACK 128 is the broker's no (MQTT-3.9.3-2); mqtt.js calls it an error of all filters, so the codes are read.
      // Without a SUBACK the connection is gone, and the next one asks again.
      const codes = packet && 'granted' in packet ? packet.granted : [];
      for (const [index, filter] of filters.entries()) {
        if (codes?.[index] === 128) this.#refusedFilters.add(filter);
      }
      this.emit('state');
    });
  }

  #flush() {
    const client = this.#client;
    if (!client?.connected) return;
    const entries = this.#queue.take(this.#allowance);
    this.#allowance -= entries.length;
    if (entries.length > 0) this.#second ??= setTimeout(() => this.#refill(), 1000);
    for (const entry of entries) {
      this.#inFlight.add(entry);
      client.publish(entry.topic, entry.payload, { qos: 1 }, (error) => {
        if (!this.#inFlight.delete(entry)) return;
        if (error) entry.reject(error);
        else entry.resolve();
        this.emit('state');
      });
    }
  }

  #refill() {
    this.#second = undefined;
    this.#allowance = messagesPerSecond;
    this.#flush();
  }

  /** @param {string} filter */
  #has(filter) {
    return [...this.#subscriptions].some((one) => one.filter === filter);
  }

  /**
   * @param {State} state
   * @param {string} problem
   */
  #become(state, problem) {
    if (this.#closed && state !== 'idle') return;
    this.state = state;
    this.problem = problem;
    this.emit('state');
  }
}

module.exports = { Connection };
