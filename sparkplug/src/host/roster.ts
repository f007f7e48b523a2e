import { sparkplugError } from '../errors.ts';
import { MessageOrder } from './sequence.ts';
import type { BirthMetrics } from '../birth.ts';
import type { NodeId } from './effect.ts';
import type { HostLimits } from './options.ts';

/** What one birth certificate declared. */
export interface Birth {
  readonly metrics: BirthMetrics;
  /** Size of its payload: what it takes in memory goes with it. */
  readonly bytes: number;
}

export interface DeviceRecord extends Birth {
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
  born: (Birth & { readonly bdSeq: number }) | undefined;
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

  /** Metrics and bytes of all its births. */
  get size(): Size {
    const sum = sizeOf(this.born);
    for (const device of this.devices.values()) {
      sum.metrics += device.metrics.size;
      sum.bytes += device.bytes;
    }
    return sum;
  }
}

interface Size {
  metrics: number;
  bytes: number;
}

function sizeOf(birth: Birth | undefined): Size {
  return birth ? { metrics: birth.metrics.size, bytes: birth.bytes } : { metrics: 0, bytes: 0 };
}

/** The edge nodes that a host application follows: as many as its limits allow, whoever publishes. */
export class Roster {
  readonly #limits: HostLimits;
  /** In the order in which they were first seen or last went offline. */
  readonly #nodes = new Map<string, NodeRecord>();
  #metrics = 0;
  #bytes = 0;

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
  bearNode(record: NodeRecord, bdSeq: number, birth: Birth): void {
    this.#makeRoom(record, birth, record.born);
    record.born = { ...birth, bdSeq };
  }

  /** As bearNode, for a device. */
  bearDevice(record: NodeRecord, device: string, birth: Birth): void {
    const before = record.devices.get(device);
    if (!before && record.devices.size >= this.#limits.devicesPerNode) {
      throw full(`${record.node} has more than ${this.#limits.devicesPerNode} devices`);
    }
    this.#makeRoom(record, birth, before);
    record.devices.set(device, { ...birth, online: true });
  }

  /** The node went offline: what its births said is forgotten, the node itself is remembered while there is room. */
  lay(record: NodeRecord): void {
    const { metrics, bytes } = record.size;
    this.#metrics -= metrics;
    this.#bytes -= bytes;
    record.born = undefined;
    record.devices.clear();
    record.order.clear();
    const key = `${record.group}/${record.node}`;
    this.#nodes.delete(key);
    this.#nodes.set(key, record);
  }

  forgetDevice(record: NodeRecord, device: string): void {
    const { metrics, bytes } = sizeOf(record.devices.get(device));
    this.#metrics -= metrics;
    this.#bytes -= bytes;
    record.devices.delete(device);
  }

  /** Counts a birth in, in the place of the one before it. */
  #makeRoom(record: NodeRecord, birth: Birth, before: Birth | undefined): void {
    const { metricsPerNode, metrics, birthBytesPerNode, birthBytes } = this.#limits;
    const present = record.size;
    const gone = sizeOf(before);
    const moreMetrics = birth.metrics.size - gone.metrics;
    const moreBytes = birth.bytes - gone.bytes;
    if (present.metrics + moreMetrics > metricsPerNode) {
      throw full(`${record.node} has more than ${metricsPerNode} metrics`);
    }
    if (present.bytes + moreBytes > birthBytesPerNode) {
      throw full(`the births of ${record.node} take more than ${birthBytesPerNode} bytes`);
    }
    if (this.#metrics + moreMetrics > metrics) throw full(`more than ${metrics} metrics in all`);
    if (this.#bytes + moreBytes > birthBytes) throw full(`births of more than ${birthBytes} bytes in all`);
    this.#metrics += moreMetrics;
    this.#bytes += moreBytes;
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
