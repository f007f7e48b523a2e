import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  DataType,
  decodePayload,
  encodePayload,
  HostSession,
  type HostEffect,
  type HostSessionOptions,
  type Metric,
} from '../index.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const T = Date.UTC(2026, 5, 1);
const STATE = 'spBv1.0/STATE/sandbox';
const topic = (type: string, device?: string, node = 'gw-1'): string =>
  `spBv1.0/baia-mare/${type}/${node}${device === undefined ? '' : `/${device}`}`;
const ID = { group: 'baia-mare', node: 'gw-1' };

const PM: Metric = {
  name: 'PM2.5',
  alias: 10,
  datatype: DataType.Float,
  properties: { engUnit: { type: DataType.String, value: 'ug/m3' } },
  value: 4.5,
};
const nbirth = (bdSeq = 0, seq = 0, metrics: readonly Metric[] = []): Uint8Array =>
  encodePayload({
    timestamp: T,
    seq,
    metrics: [
      { name: 'bdSeq', datatype: DataType.Int64, value: BigInt(bdSeq) },
      { name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: false },
      { name: 'Node Control/Stored', alias: 2, datatype: DataType.UInt64Array, value: new BigUint64Array(0) },
      ...metrics,
    ],
  });
const ndeath = (bdSeq: number): Uint8Array =>
  encodePayload({
    timestamp: T,
    metrics: [{ name: 'bdSeq', datatype: DataType.Int64, value: BigInt(bdSeq) }],
  });
const dbirth = (seq: number, metrics: readonly Metric[] = [PM]): Uint8Array =>
  encodePayload({ timestamp: T, seq, metrics });
const ddata = (seq: number, value = seq): Uint8Array =>
  encodePayload(
    { timestamp: T, seq, metrics: [{ alias: 10, timestamp: T - 5, datatype: DataType.Float, value }] },
    { omitDatatypes: true },
  );

let host: HostSession;
const start = (options: Partial<HostSessionOptions> = {}): HostSession => {
  host = new HostSession({ hostId: 'sandbox', ...options });
  host.connecting(T);
  host.connected(T);
  return host;
};
/** A host that has seen the births of gw-1 and its device dust-1; 2 is the next number. */
const followed = (options: Partial<HostSessionOptions> = {}): HostSession => {
  start(options);
  host.message(topic('NBIRTH'), nbirth(), T);
  host.message(topic('DBIRTH', 'dust-1'), dbirth(1), T);
  return host;
};
beforeEach(() => {
  followed();
});

const kinds = (effects: readonly HostEffect[]): string[] => effects.map(({ kind }) => kind);
const valuesOf = (effects: readonly HostEffect[]): unknown[] =>
  effects.flatMap((effect) => (effect.kind === 'data' ? effect.metrics.map(({ value }) => value) : []));
const codesOf = (effects: readonly HostEffect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'fault' ? [effect.error.code] : []));
const rebirthsOf = (effects: readonly HostEffect[]): string[] =>
  effects.flatMap((effect) =>
    effect.kind === 'publish' && effect.message.topic !== STATE ? [effect.message.topic] : [],
  );
const REBIRTH = [topic('NCMD')];

describe('its own STATE', () => {
  test('tck-id-host-topic-phid-death-payload-connect: a retained will of QoS 1 with the time of the CONNECT', () => {
    const [open] = new HostSession({ hostId: 'sandbox' }).connecting(T);
    expect(open).toMatchObject({ kind: 'open', will: { topic: STATE, qos: 1, retain: true } });
    expect(open?.kind === 'open' && JSON.parse(Buffer.from(open.will.payload).toString())).toEqual({
      online: false,
      timestamp: T,
    });
  });

  test("tck-id-message-flow-phid-sparkplug-subscription, ...-state-publish-payload-timestamp: subscribe, then online with the will's time", () => {
    const session = new HostSession({ hostId: 'sandbox' });
    session.connecting(T);
    const [subscribe, publish] = session.connected(T + 300);
    expect(subscribe).toEqual({
      kind: 'subscribe',
      subscriptions: [
        { filter: STATE, qos: 1 },
        { filter: 'spBv1.0/#', qos: 1 },
      ],
    });
    expect(publish).toMatchObject({ kind: 'publish', message: { topic: STATE, qos: 1, retain: true } });
    expect(
      publish?.kind === 'publish' && JSON.parse(Buffer.from(publish.message.payload).toString()),
    ).toEqual({ online: true, timestamp: T });
  });

  test('tck-id-message-flow-hid-sparkplug-state-message-delivered: online again after its own offline', () => {
    const [publish] = host.message(STATE, Buffer.from(`{"online":false,"timestamp":${T - 9}}`), T + 9);
    expect(publish?.kind === 'publish' && Buffer.from(publish.message.payload).toString()).toBe(
      `{"online":true,"timestamp":${T}}`,
    );
    expect(host.message(STATE, Buffer.from(`{"online":true,"timestamp":${T}}`), T)).toEqual([]);
    expect(host.message('spBv1.0/STATE/other', Buffer.from('{"online":false,"timestamp":1}'), T)).toEqual([]);
    expect(codesOf(host.message(STATE, Buffer.from('offline'), T))).toEqual(['SPARKPLUG_STATE_INVALID']);
  });

  const stateOf = (effects: readonly HostEffect[]): unknown => {
    const [found] = effects.flatMap((effect) =>
      effect.kind === 'open' ? [effect.will] : effect.kind === 'publish' ? [effect.message] : [],
    );
    return found && JSON.parse(Buffer.from(found.payload).toString());
  };

  test('its times grow while its clock goes back, or edge nodes would pass over it', () => {
    expect(stateOf(host.connecting(T - 60_000))).toEqual({ online: false, timestamp: T + 1 });
    host.connected(T - 60_000);
    expect(stateOf(host.close(T - 59_000))).toEqual({ online: false, timestamp: T + 1 });
    expect(stateOf(host.connecting(T + 5))).toEqual({ online: false, timestamp: T + 5 });
  });

  test.each([true, false])(
    'after a restart with its clock gone back it connects again with a time after the one retained (online: %s)',
    (online) => {
      const late = Buffer.from(JSON.stringify({ online, timestamp: T + 60_000 }));
      const effects = host.message(STATE, late, T + 9);
      expect(codesOf(effects)).toEqual(['SPARKPLUG_STATE_AHEAD']);
      expect(kinds(effects)).toEqual(['fault', 'publish', 'disconnect']);
      expect(stateOf(effects)).toEqual({ online: false, timestamp: T });
      expect(host.message(STATE, late, T + 9)).toEqual([]); // its connection is over
      expect(stateOf(host.connecting(T + 300))).toEqual({ online: false, timestamp: T + 60_001 });
      const [, published] = host.connected(T + 300);
      expect(stateOf(published ? [published] : [])).toEqual({ online: true, timestamp: T + 60_001 });
    },
  );

  test('two hosts of one id cut each other no more than once in ten seconds', () => {
    const later = (after: number): Uint8Array =>
      Buffer.from(JSON.stringify({ online: true, timestamp: T + after }));
    expect(kinds(host.message(STATE, later(50), T + 1))).toContain('disconnect');
    host.connecting(T + 300);
    host.connected(T + 300);
    expect(kinds(host.message(STATE, later(900), T + 400))).toEqual(['fault']);
    expect(kinds(host.tick(T + 9000))).not.toContain('disconnect');
    expect(kinds(host.tick(T + 10_001))).toContain('disconnect');
    expect(stateOf(host.connecting(T + 100))).toEqual({ online: false, timestamp: T + 901 });
  });

  test('tck-id-host-topic-phid-death-payload-disconnect-clean: offline with the present time, then DISCONNECT', () => {
    const [publish, disconnect] = host.close(T + 77);
    expect(publish?.kind === 'publish' && Buffer.from(publish.message.payload).toString()).toBe(
      `{"online":false,"timestamp":${T + 77}}`,
    );
    expect(disconnect).toEqual({ kind: 'disconnect' });
    expect(host.close(T)).toEqual([]);
  });
});

describe('births and data', () => {
  test('a node and its device come online with their first values', () => {
    start();
    const [node] = host.message(topic('NBIRTH'), nbirth(7), T);
    expect(node).toMatchObject({ kind: 'node-online', ...ID, at: T, bdSeq: 7 });
    const [device] = host.message(topic('DBIRTH', 'dust-1'), dbirth(1), T);
    expect(device).toMatchObject({
      kind: 'device-online',
      ...ID,
      device: 'dust-1',
      at: T,
      metrics: [{ name: 'PM2.5', datatype: DataType.Float, value: 4.5, timestamp: T, isHistorical: false }],
    });
    expect(host.counters()).toMatchObject({ nodes: 1, nodesOnline: 1, devices: 1, metrics: 4, faults: 0 });
  });

  test('an alias is resolved to name, data type and properties of the birth', () => {
    const [data] = host.message(topic('DDATA', 'dust-1'), ddata(2, 9.5), T);
    const { name, alias, datatype, properties } = PM;
    const definition = { name, alias, datatype, properties };
    expect(data).toEqual({
      kind: 'data',
      ...ID,
      complete: true,
      device: 'dust-1',
      timestamp: T,
      metrics: [
        {
          name: 'PM2.5',
          datatype: DataType.Float,
          definition,
          timestamp: T - 5,
          value: 9.5,
          isHistorical: false,
          isTransient: false,
        },
      ],
    });
  });

  test('data of the node itself, with quality, history and null', () => {
    host.message(topic('NBIRTH'), nbirth(0, 0, [{ name: 'Clock', datatype: DataType.Int64, value: 0n }]), T);
    const payload = encodePayload(
      {
        seq: 1,
        metrics: [
          { name: 'Clock', datatype: DataType.Int64, value: -5n, isHistorical: true },
          {
            name: 'Clock',
            timestamp: T,
            value: null,
            properties: { Quality: { type: DataType.Int32, value: 0 } },
          },
        ],
      },
      { omitDatatypes: true },
    );
    expect(host.message(topic('NDATA'), payload, T + 50)).toMatchObject([
      {
        kind: 'data',
        timestamp: T + 50,
        metrics: [
          { value: -5n, isHistorical: true, timestamp: T + 50 },
          { value: null, timestamp: T, properties: { Quality: { value: 0 } } },
        ],
      },
    ]);
  });

  test.each<[string, string, Uint8Array, string]>([
    [
      'an NBIRTH without bdSeq: tck-id-payloads-nbirth-bdseq',
      topic('NBIRTH'),
      dbirth(0),
      'SPARKPLUG_BIRTH_INVALID',
    ],
    ['an NBIRTH without seq', topic('NBIRTH'), ndeath(0), 'SPARKPLUG_BIRTH_INVALID'],
    [
      'an NBIRTH with an alias twice',
      topic('NBIRTH'),
      nbirth(0, 0, [{ ...PM, alias: 2 }]),
      'SPARKPLUG_BIRTH_INVALID',
    ],
    [
      'a DBIRTH with a metric without name',
      topic('DBIRTH', 'd'),
      dbirth(2, [{ alias: 4, datatype: DataType.Int8, value: 1 }]),
      'SPARKPLUG_BIRTH_INVALID',
    ],
    ['data without seq', topic('DDATA', 'dust-1'), encodePayload({ metrics: [] }), 'SPARKPLUG_SEQUENCE'],
    [
      'bytes that are no payload',
      topic('DDATA', 'dust-1'),
      Uint8Array.of(7, 7, 7),
      'SPARKPLUG_PAYLOAD_MALFORMED',
    ],
    [
      'a value of another data type',
      topic('DDATA', 'dust-1'),
      encodePayload({ seq: 2, metrics: [{ alias: 10, datatype: DataType.Int8, value: 1 }] }),
      'SPARKPLUG_VALUE_TYPE',
    ],
    [
      'a text for a number',
      topic('DDATA', 'dust-1'),
      encodePayload({ seq: 2, metrics: [{ alias: 10, value: 'high' }] }),
      'SPARKPLUG_VALUE_TYPE',
    ],
    ['a topic that is none', 'spBv1.0/x', ddata(2), 'SPARKPLUG_TOPIC_INVALID'],
  ])('%s is a fault, and the rest goes on', (_, at, payload, code) => {
    expect(codesOf(host.message(at, payload, T))).toEqual([code]);
    expect(host.counters()).toMatchObject({ nodesOnline: 1, faults: 1 });
  });

  test('its own commands, which it hears as well, are not taken for anything', () => {
    expect(host.message(topic('NCMD'), encodePayload({ metrics: [] }), T)).toEqual([]);
  });

  test('one strange metric does not take the others with it', () => {
    const payload = encodePayload({
      seq: 2,
      metrics: [
        { alias: 10, datatype: DataType.Float, value: 1 },
        { alias: 77, datatype: DataType.Float, value: 2 },
        { alias: 78, datatype: DataType.Float, value: 2 },
      ],
    });
    const effects = host.message(topic('DDATA', 'dust-1'), payload, T);
    expect(valuesOf(effects)).toEqual([1]);
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'data', complete: false }));
    expect(codesOf(effects)).toEqual(['SPARKPLUG_METRIC_UNKNOWN']);
    expect(rebirthsOf(effects)).toEqual(REBIRTH); // an unknown alias: tahu 370
  });
});

describe('rebirth requests', () => {
  test('data before a birth asks for it, once in the interval; by name, with data type, QoS 0, no seq', () => {
    start({ rebirthIntervalMs: 10_000 });
    const effects = host.message(topic('DDATA', 'dust-1'), ddata(5), T);
    expect(codesOf(effects)).toEqual(['SPARKPLUG_NOT_BORN']);
    expect(rebirthsOf(effects)).toEqual(REBIRTH);
    const [publish] = effects;
    if (publish?.kind !== 'publish') throw new Error('no request');
    expect(publish.message).toMatchObject({ qos: 0, retain: false }); // tck-id-payloads-ncmd-qos
    expect(decodePayload(publish.message.payload)).toEqual({
      timestamp: T,
      metrics: [{ name: 'Node Control/Rebirth', timestamp: T, datatype: DataType.Boolean, value: true }],
    });
    for (let i = 6; i < 200; i++)
      expect(rebirthsOf(host.message(topic('DDATA', 'dust-1'), ddata(i), T + i))).toEqual([]);
    expect(rebirthsOf(host.tick(T + 9_999))).toEqual([]);
    expect(rebirthsOf(host.tick(T + 10_000))).toEqual(REBIRTH);
    expect(rebirthsOf(host.tick(T + 60_000))).toEqual([]);
  });

  test('a birth that comes by itself makes a waiting request needless', () => {
    start();
    host.message(topic('NDATA'), ddata(5), T);
    host.message(topic('NDATA'), ddata(6), T);
    host.message(topic('NBIRTH'), nbirth(), T);
    expect(host.tick(T + 60_000)).toEqual([]);
  });

  test('data of a device that was not born', () => {
    const effects = host.message(topic('DDATA', 'other'), ddata(2), T);
    expect([codesOf(effects), rebirthsOf(effects)]).toEqual([['SPARKPLUG_NOT_BORN'], REBIRTH]);
    expect(valuesOf(host.message(topic('DDATA', 'dust-1'), ddata(3), T))).toEqual([3]);
  });

  test('each node has its own limit, and a request by hand is within it', () => {
    expect(rebirthsOf(host.requestRebirth(ID, T))).toEqual(REBIRTH);
    expect(host.requestRebirth(ID, T)).toEqual([]);
    expect(rebirthsOf(host.requestRebirth({ ...ID, node: 'gw-2' }, T))).toEqual([
      topic('NCMD', undefined, 'gw-2'),
    ]);
  });
});

describe('order', () => {
  const data = (seq: number, now = T): HostEffect[] =>
    host.message(topic('DDATA', 'dust-1'), ddata(seq), now);

  test('tck-id-operational-behavior-host-reordering-success: late comers are put in their place', () => {
    expect(data(4)).toEqual([]);
    expect(data(3)).toEqual([]);
    expect(host.counters()).toMatchObject({ waiting: 2, gaps: 0 });
    expect(valuesOf(data(2))).toEqual([2, 3, 4]);
    expect(host.tick(T + 60_000)).toEqual([]);
  });

  test('tck-id-operational-behavior-host-reordering-rebirth: a gap that is not filled in time asks for a rebirth and loses nothing that came', () => {
    data(4);
    data(3, T + 500);
    data(6, T + 900);
    expect(host.tick(T + 1999)).toEqual([]);
    const effects = host.tick(T + 2000);
    expect(valuesOf(effects)).toEqual([3, 4, 6]);
    expect([codesOf(effects), rebirthsOf(effects)]).toEqual([['SPARKPLUG_SEQUENCE'], REBIRTH]);
    expect(valuesOf(data(7))).toEqual([7]);
    expect(codesOf(data(2))).toEqual(['SPARKPLUG_SEQUENCE']); // too late now
  });

  test('the numbers go round', () => {
    host.message(topic('NBIRTH'), nbirth(0, 254), T);
    host.message(topic('DBIRTH', 'dust-1'), dbirth(255), T);
    expect(data(1)).toEqual([]);
    expect(valuesOf(data(0))).toEqual([0, 1]);
  });

  test('a message that comes twice counts once', () => {
    data(2);
    expect([data(2), data(2)].map(codesOf)).toEqual([['SPARKPLUG_SEQUENCE'], ['SPARKPLUG_SEQUENCE']]);
    data(4);
    expect(codesOf(data(4))).toEqual(['SPARKPLUG_SEQUENCE']);
    expect(valuesOf(data(3))).toEqual([3, 4]);
    expect(host.counters()).toMatchObject({ dropped: 3, rebirthRequests: 0 });
  });

  test('a publisher that does not count is asked to begin again, instead of being ignored for ever', () => {
    data(2);
    const effects = [data(2), data(2), data(2)].flat();
    expect(rebirthsOf(effects)).toEqual(REBIRTH);
  });

  test('what waits is bounded in messages: the gap is given up when there is no room', () => {
    followed({ limits: { reorderMessages: 3 } });
    data(4);
    data(3);
    data(5);
    const effects = data(9);
    expect(valuesOf(effects)).toEqual([3, 4, 5, 9]);
    expect(rebirthsOf(effects)).toEqual(REBIRTH);
    expect(host.counters()).toMatchObject({ waiting: 0, gaps: 1 });
    expect(valuesOf(data(10))).toEqual([10]);
  });

  test('what waits is bounded in bytes over all nodes', () => {
    followed({ limits: { reorderBytes: 60 } });
    expect(ddata(4).length).toBeGreaterThan(20);
    data(4);
    data(5);
    expect(valuesOf(data(6))).toEqual([4, 5, 6]);
    data(8); // the bytes of what went out are free again
    expect(host.counters()).toMatchObject({ waiting: 1 });
  });

  test('a birth ends the order of the session before it', () => {
    data(9);
    host.message(topic('NBIRTH'), nbirth(1), T);
    expect(host.counters()).toMatchObject({ waiting: 0 });
    host.message(topic('DBIRTH', 'dust-1'), dbirth(1), T);
    expect(valuesOf(data(2))).toEqual([2]);
  });

  test('whatever the order, a shuffle of a hundred messages within the window comes out in sequence', () => {
    const shuffle = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(shuffle, (delays) => {
        followed();
        const order = delays.map((delay, i) => ({ at: i + delay, seq: i + 2 })).sort((a, b) => a.at - b.at);
        const values = order.flatMap(({ seq }) => valuesOf(data(seq)));
        expect(values).toEqual(delays.map((_, i) => i + 2));
      }),
    );
  });
});

describe('deaths', () => {
  test("tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline and ...-devices-offline: at the host's time", () => {
    expect(host.message(topic('NDEATH'), ndeath(0), T + 99)).toEqual([
      { kind: 'node-offline', ...ID, at: T + 99, reason: 'death' },
      { kind: 'device-offline', ...ID, device: 'dust-1', at: T + 99, reason: 'node-offline' },
    ]);
    expect(host.counters()).toMatchObject({ nodes: 1, nodesOnline: 0, devices: 0, metrics: 0 });
    expect(codesOf(host.message(topic('DDATA', 'dust-1'), ddata(2), T))).toEqual(['SPARKPLUG_NOT_BORN']);
  });

  test('a late will of an earlier connection does not take a node down that is back', () => {
    host.message(topic('NBIRTH'), nbirth(1), T);
    expect(codesOf(host.message(topic('NDEATH'), ndeath(0), T))).toEqual(['SPARKPLUG_DEATH_IGNORED']);
    expect(codesOf(host.message(topic('NDEATH'), encodePayload({ metrics: [] }), T))).toEqual([
      'SPARKPLUG_DEATH_IGNORED',
    ]);
    expect(host.counters().nodesOnline).toBe(1);
  });

  test('what waited behind a gap is not lost with the node', () => {
    host.message(topic('DDATA', 'dust-1'), ddata(4), T);
    const effects = host.message(topic('NDEATH'), ndeath(0), T);
    expect(valuesOf(effects)).toEqual([4]);
    expect(kinds(effects).slice(-2)).toEqual(['node-offline', 'device-offline']);
  });

  test('tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline: at the time of the DDEATH', () => {
    const death = encodePayload({ timestamp: T + 5, seq: 2, metrics: [] });
    expect(host.message(topic('DDEATH', 'dust-1'), death, T + 500)).toEqual([
      { kind: 'device-offline', ...ID, device: 'dust-1', at: T + 5, reason: 'death' },
    ]);
    expect(codesOf(host.message(topic('DDATA', 'dust-1'), ddata(3), T))).toEqual(['SPARKPLUG_NOT_BORN']);
  });

  test('a device that a rebirth leaves out goes offline a little later, one that is born again does not flicker', () => {
    host.message(topic('DBIRTH', 'gone'), dbirth(2, [{ ...PM, alias: 11 }]), T);
    host.message(topic('NBIRTH'), nbirth(), T);
    expect(codesOf(host.message(topic('DDATA', 'gone'), ddata(1), T))).toEqual(['SPARKPLUG_NOT_BORN']);
    expect(kinds(host.message(topic('DBIRTH', 'dust-1'), dbirth(2), T))).toEqual(['device-online']);
    expect(host.tick(T + 9_999)).toEqual([]);
    expect(host.tick(T + 10_000)).toEqual([
      { kind: 'device-offline', ...ID, device: 'gone', at: T + 10_000, reason: 'not-reborn' },
    ]);
    expect(valuesOf(host.message(topic('DDATA', 'dust-1'), ddata(3), T))).toEqual([3]);
  });

  test('without a connection nothing is known: all offline, and asked again when it is back', () => {
    expect(host.disconnected(T + 1)).toEqual([
      { kind: 'node-offline', ...ID, at: T + 1, reason: 'host-disconnected' },
      { kind: 'device-offline', ...ID, device: 'dust-1', at: T + 1, reason: 'node-offline' },
    ]);
    expect(host.message(topic('DDATA', 'dust-1'), ddata(2), T)).toEqual([]);
    host.connecting(T + 2);
    const effects = host.connected(T + 3);
    expect(kinds(effects)).toEqual(['subscribe', 'publish', 'publish']);
    expect(rebirthsOf(effects)).toEqual(REBIRTH);
  });
});

describe('commands', () => {
  test('NCMD by alias, without seq and data type: tck-id-payloads-ncmd-seq', () => {
    const stored = BigUint64Array.of(1n, 9n);
    const result = host.command(ID, [{ name: 'Node Control/Stored', value: stored }], T);
    if (!result.ok) throw new Error(result.reason);
    expect(result.message).toMatchObject({ topic: topic('NCMD'), qos: 0, retain: false });
    expect(decodePayload(result.message.payload)).toEqual({
      timestamp: T,
      metrics: [{ alias: 2, timestamp: T, value: new Uint8Array(stored.buffer) }],
    });
  });

  test('DCMD, and what cannot be sent', () => {
    const set = [{ name: 'PM2.5', value: 1 }];
    expect(host.command({ ...ID, device: 'dust-1' }, set, T)).toMatchObject({
      ok: true,
      message: { topic: topic('DCMD', 'dust-1') },
    });
    expect(host.command({ ...ID, device: 'none' }, set, T)).toEqual({ ok: false, reason: 'not-born' });
    expect(host.command(ID, set, T)).toEqual({ ok: false, reason: 'unknown-metric' });
    expect(() => host.command({ ...ID, device: 'dust-1' }, [{ name: 'PM2.5', value: 'x' }], T)).toThrow(
      /wants a number/,
    );
    host.disconnected(T);
    expect(host.command(ID, [], T)).toEqual({ ok: false, reason: 'offline' });
  });
});

describe('strangers', () => {
  test('invented nodes are forgotten before those that are online, and never more than the limit are kept', () => {
    followed({ limits: { nodes: 10 } });
    for (let i = 0; i < 500; i++) host.message(topic('NDATA', undefined, `x${i}`), ddata(0), T);
    expect(host.counters()).toMatchObject({ nodes: 10, nodesOnline: 1 });
    expect(valuesOf(host.message(topic('DDATA', 'dust-1'), ddata(2), T))).toEqual([2]);
  });

  test('when all places are taken by nodes that are online, another is refused', () => {
    followed({ limits: { nodes: 1 } });
    expect(codesOf(host.message(topic('NBIRTH', undefined, 'gw-2'), nbirth(), T))).toEqual([
      'SPARKPLUG_HOST_FULL',
    ]);
    expect(codesOf(host.requestRebirth({ ...ID, node: 'gw-3' }, T))).toEqual(['SPARKPLUG_HOST_FULL']);
    expect(host.counters()).toMatchObject({ nodes: 1, nodesOnline: 1 });
  });

  test.each([
    ['devices', { devicesPerNode: 1 }],
    ['metrics of a node', { metricsPerNode: 4 }],
    ['metrics of all', { metrics: 4 }],
    ["bytes of a node's births", { birthBytesPerNode: nbirth().length + dbirth(1).length }],
    ['bytes of all births', { birthBytes: nbirth().length + dbirth(1).length }],
  ])('the limit on %s is kept, and room that is given back can be used', (_, limits) => {
    followed({ limits });
    const other = dbirth(2, [{ ...PM, alias: 11 }]);
    expect(codesOf(host.message(topic('DBIRTH', 'more'), other, T))).toEqual(['SPARKPLUG_HOST_FULL']);
    // The same device again takes the place of what it declared before.
    expect(kinds(host.message(topic('DBIRTH', 'dust-1'), dbirth(3), T))).toEqual(['device-online']);
    host.message(topic('DDEATH', 'dust-1'), encodePayload({ seq: 4, metrics: [] }), T);
    expect(kinds(host.message(topic('DBIRTH', 'more'), dbirth(5, [PM]), T))).toEqual(['device-online']);
  });

  test('any bytes on any topic give effects, never an exception', () => {
    const types = fc.constantFrom(
      'NBIRTH',
      'NDEATH',
      'NDATA',
      'DBIRTH',
      'DDEATH',
      'DDATA',
      'NCMD',
      'STATE',
      'X',
    );
    const topics = fc
      .tuple(types, fc.option(fc.constantFrom('dust-1', 'x', '#'), { nil: undefined }))
      .map(([type, device]) => topic(type, device));
    const real = fc.constantFrom(
      nbirth(),
      nbirth(3, 200),
      dbirth(7),
      ddata(3),
      ddata(90),
      ndeath(0),
      ndeath(3),
    );
    const bytes = fc.oneof(real, fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(topics, bytes, fc.nat(3000)), { maxLength: 40 }), (messages) => {
        followed();
        let now = T;
        for (const [at, payload, wait] of messages) {
          now += wait;
          host.message(at, payload, now);
          host.tick(now);
        }
        const { metrics, waiting, nodesOnline } = host.counters();
        expect(metrics).toBeGreaterThanOrEqual(0);
        expect(waiting).toBeLessThanOrEqual(64 * Math.max(1, nodesOnline));
      }),
    );
  });
});
