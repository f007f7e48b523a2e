import { sparkplugError } from '../errors.ts';
import { MessageOrder } from './sequence.ts';
import type { BirthMetrics } from '../birth.ts';
import type { NodeId } from './effect.ts';
import type { HostLimits } from './options.ts';

export interface DeviceRecord {
  readonly metrics: BirthMetrics;
  /** False after DDEATH, and between a node's rebirth and the device's. */
  online: boolean;
  /** Born in an earlier birth of the node: offline at this time unless it is born again, ms. */
  rebornBy?: number | undefined;
}

/** What a host application knows of one edge node. */
export class NodeRecord {
  readonly group: string;
  readonly node: string;
  /** Set while the node is online. */
  born: { readonly bdSeq: number; readonly metrics: BirthMetrics } | undefined;
  readonly devices = new Map<string, DeviceRecord>();
  readonly order = new MessageOrder();
  /** Messages in a row that were behind: a publisher that counts wrongly. */
  behind = 0;
  /** When a rebirth was last asked for, ms. */
  requestedAt: number | undefined;
  /** A rebirth request that the rate limit or the connection holds back. */
  requestWaits = false;

  constructor(group: string, node: string) {
    this.group = group;
    this.node = node;
  }

  /** The metrics of a device that is online. */
  bornDevice(device: string): BirthMetrics | undefined {
    const found = this.devices.get(device);
    return this.born && found?.online ? found.metrics : undefined;
  }

  get metricCount(): number {
    let count = this.born?.metrics.size ?? 0;
    for (const { metrics } of this.devices.values()) count += metrics.size;
    return count;
  }
}

/** The edge nodes that a host application follows: as many as its limits allow, whoever publishes. */
export class Roster {
  readonly #limits: HostLimits;
  /** In the order in which they were first seen or last went offline. */
  readonly #nodes = new Map<string, NodeRecord>();
  #metrics = 0;

  constructor(limits: HostLimits) {
    this.#limits = limits;
  }

  get metrics(): number {
    return this.#metrics;
  }

  get size(): number {
    return this.#nodes.size;
  }

  all(): Iterable<NodeRecord> {
    return this.#nodes.values();
  }

  find(group: string, node: string): NodeRecord | undefined {
    return this.#nodes.get(`${group}/${node}`);
  }

  /** The record of a node, made if need be. Throws SPARKPLUG_HOST_FULL when every place is taken by a node that is online. */
  findOrAdd(group: string, node: string): NodeRecord {
    const known = this.find(group, node);
    if (known) return known;
    if (this.#nodes.size >= this.#limits.nodes) this.#forgetOne();
    const record = new NodeRecord(group, node);
    this.#nodes.set(`${group}/${node}`, record);
    return record;
  }

  /** Takes a birth of the node in. Throws SPARKPLUG_HOST_FULL and changes nothing where it does not fit. */
  bearNode(record: NodeRecord, bdSeq: number, metrics: BirthMetrics): void {
    this.#makeRoom(record, metrics.size - (record.born?.metrics.size ?? 0));
    record.born = { bdSeq, metrics };
  }

  /** As bearNode, for a device. */
  bearDevice(record: NodeRecord, device: string, metrics: BirthMetrics): void {
    const before = record.devices.get(device);
    if (!before && record.devices.size >= this.#limits.devicesPerNode) {
      throw full(`${record.node} has more than ${this.#limits.devicesPerNode} devices`);
    }
    this.#makeRoom(record, metrics.size - (before?.metrics.size ?? 0));
    record.devices.set(device, { metrics, online: true });
  }

  /** The node went offline: what its births said is forgotten, the node itself is remembered while there is room. */
  lay(record: NodeRecord): void {
    this.#metrics -= record.metricCount;
    record.born = undefined;
    record.devices.clear();
    record.order.clear();
    const key = `${record.group}/${record.node}`;
    this.#nodes.delete(key);
    this.#nodes.set(key, record);
  }

  forgetDevice(record: NodeRecord, device: string): void {
    this.#metrics -= record.devices.get(device)?.metrics.size ?? 0;
    record.devices.delete(device);
  }

  #makeRoom(record: NodeRecord, more: number): void {
    const { metricsPerNode, metrics } = this.#limits;
    if (record.metricCount + more > metricsPerNode) {
      throw full(`${record.node} has more than ${metricsPerNode} metrics`);
    }
    if (this.#metrics + more > metrics) throw full(`more than ${metrics} metrics in all`);
    this.#metrics += more;
  }

  #forgetOne(): void {
    for (const [key, record] of this.#nodes) {
      if (record.born) continue;
      this.#nodes.delete(key);
      return;
    }
    throw full(`${this.#limits.nodes} nodes are online`);
  }
}

function full(detail: string): Error {
  return sparkplugError('SPARKPLUG_HOST_FULL', detail);
}

export function idOf({ group, node }: NodeRecord): NodeId {
  return { group, node };
}
