import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  DataType,
  EdgeSession,
  HostSession,
  type EdgeEffect,
  type HostEffect,
  type Publication,
} from './index.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

/**
 * An edge node and a host application over a connection that loses and reorders messages, cuts off either side, and
 * delivers wills late. Whatever happens, once it is quiet the host knows every device and hears what is published.
 */
type Step =
  | { readonly kind: 'publish' }
  | { readonly kind: 'lose'; readonly nth: number }
  | { readonly kind: 'swap'; readonly nth: number }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'edge-cut' }
  | { readonly kind: 'host-cut' }
  | { readonly kind: 'device' }
  | { readonly kind: 'wait'; readonly ms: number };

const nth = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.constant<Step>({ kind: 'publish' }), weight: 8 },
  { arbitrary: fc.constant<Step>({ kind: 'deliver' }), weight: 3 },
  nth.map((n): Step => ({ kind: 'lose', nth: n })),
  nth.map((n): Step => ({ kind: 'swap', nth: n })),
  fc.constant<Step>({ kind: 'edge-cut' }),
  fc.constant<Step>({ kind: 'host-cut' }),
  fc.constant<Step>({ kind: 'device' }),
  fc.nat(6000).map((ms): Step => ({ kind: 'wait', ms })),
);

class World {
  now = Date.UTC(2026, 0, 1);
  count = 0;
  devices = ['d0'];
  bdSeqs: number[] = [];
  heard: unknown[] = [];
  hostSees = new Set<string>();
  queue: Publication[] = [];
  #edgeWill: Publication | undefined;
  #retained: Publication | undefined;

  readonly edge = new EdgeSession({
    group: 'g',
    node: 'n',
    primaryHost: 'h',
    birth: () => ({ metrics: [], devices: this.devices.map((id, i) => this.#device(id, i)) }),
  });
  readonly host = new HostSession({ hostId: 'h' });

  #device(id: string, i: number) {
    return { id, metrics: [{ name: 'count', alias: i, datatype: DataType.Int32, value: this.count }] };
  }

  connectEdge(): void {
    this.#edgeEffects(this.edge.connecting(this.now));
    this.#edgeEffects(this.edge.connected(this.now));
    if (this.#retained) this.#toEdge(this.#retained);
  }

  connectHost(): void {
    this.#hostEffects(this.host.connecting(this.now));
    this.#hostEffects(this.host.connected(this.now));
  }

  take(step: Step): void {
    if (step.kind === 'publish') this.publish();
    else if (step.kind === 'lose') this.queue.splice(step.nth, 1);
    else if (step.kind === 'swap') this.queue.push(...this.queue.splice(step.nth, 1));
    else if (step.kind === 'deliver') this.deliver();
    else if (step.kind === 'wait') this.wait(step.ms);
    else if (step.kind === 'edge-cut') {
      if (this.#edgeWill) this.queue.push(this.#edgeWill);
      this.#edgeEffects(this.edge.disconnected());
      this.connectEdge();
    } else if (step.kind === 'host-cut') {
      this.#hostEffects(this.host.disconnected(this.now));
      this.queue = []; // clean session: what was on the way is gone
      this.connectHost();
    } else {
      const id = `d${this.devices.length}`;
      this.devices.push(id);
      this.#edgeEffects(this.edge.deviceBorn(this.#device(id, this.devices.length - 1), this.now));
    }
  }

  publish(): void {
    const device = this.devices[this.count % this.devices.length]!;
    const result = this.edge.publishDevice(device, [{ name: 'count', value: ++this.count }], this.now);
    if (result.ok) this.queue.push(result.message);
  }

  deliver(): void {
    for (const message of this.queue.splice(0))
      this.#hostEffects(this.host.message(message.topic, message.payload, this.now));
  }

  wait(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 500);
      this.#edgeEffects(this.edge.tick(this.now));
      this.#hostEffects(this.host.tick(this.now));
    }
  }

  #toEdge({ topic, payload }: Publication): void {
    this.#edgeEffects(this.edge.message(topic, payload, this.now));
  }

  #edgeEffects(effects: readonly EdgeEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'open') this.#edgeWill = effect.will;
      else if (effect.kind === 'publish') this.queue.push(effect.message);
      else if (effect.kind === 'persist-bdseq') this.bdSeqs.push(effect.bdSeq);
      else if (effect.kind === 'fault') throw effect.error;
    }
  }

  #hostEffects(effects: readonly HostEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'publish') {
        if (effect.message.retain) this.#retained = effect.message;
        this.#toEdge(effect.message);
      } else if (effect.kind === 'device-online') this.hostSees.add(effect.device);
      else if (effect.kind === 'device-offline') this.hostSees.delete(effect.device);
      else if (effect.kind === 'data') this.heard.push(...effect.metrics.map(({ value }) => value));
    }
  }
}

test('after any losses, reorderings and cuts, host and edge node find each other again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      world.connectHost();
      world.connectEdge();
      for (const each of steps) world.take(each);
      // The network is well again; the edge node goes on publishing as it does.
      for (let i = 0; i < 6; i++) {
        world.deliver();
        world.publish();
        world.deliver();
        world.wait(12_000);
      }
      world.deliver();
      expect([...world.hostSees].sort()).toEqual([...world.devices].sort());
      world.heard = [];
      const first = world.count + 1;
      for (let i = 0; i < 10; i++) world.publish();
      world.deliver();
      expect(world.heard).toEqual(Array.from({ length: 10 }, (_, i) => first + i));
      expect(world.bdSeqs).toEqual(world.bdSeqs.map((_, i) => i % 256));
    }),
    { numRuns: 300 },
  );
});

test('with nothing lost, every count is heard once and in order', () => {
  const world = new World();
  world.connectHost();
  world.connectEdge();
  for (let i = 0; i < 1000; i++) {
    world.publish();
    if (i % 7 === 0) world.deliver();
  }
  world.deliver();
  expect(world.heard).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
});
