import { beforeEach, describe, expect, test } from 'vitest';
import {
  DataType,
  decodePayload,
  EdgeSession,
  encodePayload,
  type EdgeEffect,
  type EdgeSessionOptions,
  type Metric,
  type NodeBirth,
  type Payload,
  type Publication,
} from '../index.ts';

const T = Date.UTC(2026, 5, 1);
const PM = { name: 'PM2.5', alias: 10, datatype: DataType.Float, value: 4.5 } as const;
const RAIN = { name: 'Rain', datatype: DataType.UInt32, value: 7 } as const;
const STORED = {
  name: 'Node Control/Stored',
  alias: 2,
  datatype: DataType.UInt64Array,
  value: new BigUint64Array(0),
} as const;

let birth: NodeBirth;
beforeEach(() => {
  birth = { metrics: [STORED], devices: [{ id: 'dust-1', metrics: [PM, RAIN] }] };
});

function edge(options: Partial<EdgeSessionOptions> = {}): EdgeSession {
  return new EdgeSession({ group: 'baia-mare', node: 'gw-1', birth: () => birth, ...options });
}

function online(options: Partial<EdgeSessionOptions> = {}): EdgeSession {
  const session = edge(options);
  session.connecting(T);
  session.connected(T);
  return session;
}

const published = (effects: readonly EdgeEffect[]): (Payload & { topic: string; message: Publication })[] =>
  effects.flatMap((effect) =>
    effect.kind === 'publish'
      ? [{ ...decodePayload(effect.message.payload), topic: effect.message.topic, message: effect.message }]
      : [],
  );
const kinds = (effects: readonly EdgeEffect[]): string[] => effects.map(({ kind }) => kind);
const willOf = (effects: readonly EdgeEffect[]): Publication =>
  effects.find((effect) => effect.kind === 'open')!.will;
const bdSeqOf = (bytes: Uint8Array): unknown =>
  decodePayload(bytes).metrics.find(({ name }) => name === 'bdSeq')?.value;
const command = (...metrics: Metric[]): Uint8Array => encodePayload({ timestamp: T, metrics });
const rebirthCommand = command({ name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: true });
const hostState = (state: unknown): Uint8Array => Buffer.from(JSON.stringify(state));
const NCMD = 'spBv1.0/baia-mare/NCMD/gw-1';
const STATE = 'spBv1.0/STATE/sandbox';

describe('connecting', () => {
  test('tck-id-message-flow-edge-node-birth-publish-will-message: NDEATH with bdSeq, QoS 1, not retained, no seq', () => {
    const will = willOf(edge().connecting(T));
    expect(will).toMatchObject({ topic: 'spBv1.0/baia-mare/NDEATH/gw-1', qos: 1, retain: false });
    const payload = decodePayload(will.payload);
    expect(payload).not.toHaveProperty('seq'); // tck-id-payloads-ndeath-seq
    expect(payload.metrics).toEqual([{ name: 'bdSeq', datatype: DataType.Int64, value: 0n }]); // tck-id-topics-ndeath-payload
  });

  test('tck-id-topics-nbirth-bdseq-increment: one more for every CONNECT, kept over restarts, 255 then 0', () => {
    const session = edge({ lastBdSeq: 254 });
    expect(session.connecting(T)[0]).toEqual({ kind: 'persist-bdseq', bdSeq: 255 });
    expect(session.connecting(T)[0]).toEqual({ kind: 'persist-bdseq', bdSeq: 0 });
    expect(bdSeqOf(willOf(session.connecting(T)).payload)).toBe(1n);
  });

  test('bdSeq is on disk before the connection is opened', () => {
    expect(kinds(edge().connecting(T))).toEqual(['persist-bdseq', 'open']);
  });

  test('tck-id-message-flow-edge-node-ncmd-subscribe: NCMD and DCMD at QoS 1, before any birth', () => {
    const session = edge({ primaryHost: 'sandbox' });
    session.connecting(T);
    expect(session.connected(T)).toEqual([
      {
        kind: 'subscribe',
        subscriptions: [
          { filter: NCMD, qos: 1 },
          { filter: 'spBv1.0/baia-mare/DCMD/gw-1/+', qos: 1 },
          { filter: STATE, qos: 1 },
        ],
      },
    ]);
  });

  test('an id that is not allowed is refused at once', () => {
    expect(() => edge({ node: 'a/b' })).toThrow(/not a Sparkplug B topic/);
  });
});

describe('births', () => {
  test('tck-id-topics-nbirth-seq-num, tck-id-topics-nbirth-bdseq-matching, tck-id-topics-nbirth-rebirth-metric', () => {
    const session = edge({ lastBdSeq: 41 });
    const will = willOf(session.connecting(T));
    const effects = session.connected(T);
    const [nbirth, dbirth] = published(effects);
    expect(nbirth).toMatchObject({ topic: 'spBv1.0/baia-mare/NBIRTH/gw-1', seq: 0, timestamp: T });
    expect(nbirth?.message).toMatchObject({ qos: 0, retain: false }); // tck-id-topics-nbirth-mqtt
    expect(bdSeqOf(nbirth!.message.payload)).toBe(42n);
    expect(bdSeqOf(will.payload)).toBe(42n);
    expect(nbirth?.metrics).toContainEqual({
      name: 'Node Control/Rebirth', // never by alias
      datatype: DataType.Boolean,
      timestamp: T,
      value: false,
    });
    expect(dbirth).toMatchObject({ topic: 'spBv1.0/baia-mare/DBIRTH/gw-1/dust-1', seq: 1 }); // tck-id-topics-dbirth-seq
    expect(dbirth?.metrics[0]).toEqual({ ...PM, timestamp: T }); // tck-id-payloads-alias-birth-requirement
    expect(effects.at(-1)).toEqual({ kind: 'online' });
  });

  test('with more devices than sequence numbers the count goes round: tck-id-payloads-dbirth-seq-inc', () => {
    birth = {
      metrics: [],
      devices: Array.from({ length: 300 }, (_, i) => ({ id: `d${i}`, metrics: [RAIN] })),
    };
    const session = edge();
    session.connecting(T);
    const seqs = published(session.connected(T)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 301 }, (_, i) => i % 256));
    expect(session.publishDevice('d5', [RAIN], T)).toMatchObject({ ok: true, seq: 301 % 256 });
  });

  test.each<[string, NodeBirth]>([
    [
      'two metrics with one alias: tck-id-payloads-alias-uniqueness',
      { metrics: [STORED, { ...PM, alias: 2 }], devices: [] },
    ],
    [
      'an alias of the node used by a device',
      { metrics: [STORED], devices: [{ id: 'd', metrics: [{ ...PM, alias: 2 }] }] },
    ],
    ['a metric twice', { metrics: [RAIN, RAIN], devices: [] }],
    [
      'a metric without data type: tck-id-payloads-metric-datatype-req',
      { metrics: [{ name: 'x', value: true }], devices: [] },
    ],
    [
      "bdSeq, which is the session's own",
      { metrics: [{ name: 'bdSeq', datatype: DataType.Int64, value: 0n }], devices: [] },
    ],
    [
      'a device twice',
      {
        metrics: [],
        devices: [
          { id: 'd', metrics: [] },
          { id: 'd', metrics: [] },
        ],
      },
    ],
  ])('%s is refused', (_, wrong) => {
    birth = wrong;
    const session = edge();
    session.connecting(T);
    expect(() => session.connected(T)).toThrow(/breaks the specification/);
  });

  test('a device that appears later is born with the next number, one that is lost gets a DDEATH', () => {
    const session = online();
    const [born] = published(session.deviceBorn({ id: 'late', metrics: [{ ...RAIN, alias: 30 }] }, T));
    expect(born).toMatchObject({ topic: 'spBv1.0/baia-mare/DBIRTH/gw-1/late', seq: 2 });
    const [died] = published(session.deviceDied('late', T + 5));
    expect(died).toMatchObject({
      topic: 'spBv1.0/baia-mare/DDEATH/gw-1/late',
      seq: 3,
      timestamp: T + 5,
      metrics: [],
    });
    expect(session.deviceDied('late', T)).toEqual([]);
    expect(() => session.deviceBorn({ id: 'thief', metrics: [{ ...RAIN, alias: 10 }] }, T)).toThrow(
      /alias 10 of thief/,
    );
    expect(session.publishNode([STORED], T)).toMatchObject({ seq: 4 });
  });
});

describe('data', () => {
  test('tck-id-payloads-alias-data-cmd-requirement: alias without name; without alias the name; no data type', () => {
    const session = online();
    const result = session.publishDevice(
      'dust-1',
      [
        { name: 'PM2.5', value: 9, timestamp: T - 50 },
        { name: 'Rain', value: 8 },
      ],
      T,
    );
    if (!result.ok) throw new Error(result.reason);
    expect(result.message).toMatchObject({
      topic: 'spBv1.0/baia-mare/DDATA/gw-1/dust-1',
      qos: 0,
      retain: false,
    });
    expect(decodePayload(result.message.payload)).toEqual({
      timestamp: T,
      seq: 2,
      metrics: [
        { alias: 10, timestamp: T - 50, value: 9 },
        { name: 'Rain', timestamp: T, value: 8n }, // long_value: no data type says more
      ],
    });
  });

  test('a bad value keeps its quality, and history its flag', () => {
    const metric: Metric = {
      alias: 10,
      value: null,
      timestamp: T - 60_000,
      isHistorical: true,
      properties: {
        Quality: { type: DataType.Int32, value: 0 },
        QualityReason: { type: DataType.String, value: 'checksum' },
      },
    };
    const result = online().publishDevice('dust-1', [metric], T);
    expect(result.ok && decodePayload(result.message.payload).metrics).toEqual([metric]);
  });

  test('what cannot be published uses no sequence number', () => {
    const session = online();
    expect(session.publishDevice('unknown', [PM], T)).toEqual({ ok: false, reason: 'not-born' });
    expect(() => session.publishDevice('dust-1', [{ name: 'Noise', value: 1 }], T)).toThrow(/not declared/);
    expect(() => session.publishDevice('dust-1', [{ alias: 10, value: 'high' }], T)).toThrow(
      /wants a number/,
    );
    expect(() =>
      session.publishDevice('dust-1', [{ alias: 10, datatype: DataType.Int8, value: 1 }], T),
    ).toThrow(/was born as/);
    expect(session.publishDevice('dust-1', [PM], T)).toMatchObject({ ok: true, seq: 2 });
    session.disconnected();
    expect(session.publishDevice('dust-1', [PM], T)).toEqual({ ok: false, reason: 'offline' });
  });

  test('tck-id-payloads-sequence-num-incrementing: 255 is followed by 0', () => {
    const session = online();
    const seqs = Array.from({ length: 256 }, () => {
      const result = session.publishDevice('dust-1', [PM], T);
      return result.ok ? result.seq : -1;
    });
    expect([seqs[0], seqs[253], seqs[254], seqs[255]]).toEqual([2, 255, 0, 1]);
  });

  test('a gateway that deletes on PUBACK may ask for QoS 1', () => {
    expect(online({ dataQos: 1 }).publishNode([STORED], T)).toMatchObject({
      message: { qos: 1, retain: false },
    });
  });
});

describe('commands', () => {
  test('tck-id-operational-behavior-data-commands-rebirth-action-1: births again, same bdSeq, seq 0', () => {
    const session = online({ lastBdSeq: 8 });
    session.publishDevice('dust-1', [PM], T);
    birth = { ...birth, devices: [] };
    const births = published(session.message(NCMD, rebirthCommand, T));
    expect(births.map(({ topic, seq }) => [topic, seq])).toEqual([['spBv1.0/baia-mare/NBIRTH/gw-1', 0]]);
    expect(bdSeqOf(births[0]!.message.payload)).toBe(9n);
    expect(session.publishDevice('dust-1', [PM], T)).toEqual({ ok: false, reason: 'not-born' });
  });

  test('a host without data types on the wire is understood too; false asks for nothing', () => {
    const session = online();
    const bare = encodePayload({ metrics: [{ name: 'Node Control/Rebirth', value: true }] });
    expect(published(session.message(NCMD, bare, T))).toHaveLength(2);
    const no = command({ name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: false });
    expect(session.message(NCMD, no, T + 60_000)).toEqual([]);
  });

  test('a storm of rebirth requests is answered once now and once at the end of the interval', () => {
    const session = online({ rebirthIntervalMs: 5000 });
    expect(session.message(NCMD, rebirthCommand, T)).toHaveLength(2);
    for (let i = 1; i < 100; i++) expect(session.message(NCMD, rebirthCommand, T + i)).toEqual([]);
    expect(session.tick(T + 4999)).toEqual([]);
    expect(session.tick(T + 5000)).toHaveLength(2);
    expect(session.tick(T + 10_000)).toEqual([]);
  });

  test('metrics are handed out by name and with the data type of the birth', () => {
    const stored = BigUint64Array.of(1n, 40n);
    const ncmd = encodePayload(
      { timestamp: T, metrics: [{ alias: 2, datatype: DataType.UInt64Array, value: stored }] },
      { omitDatatypes: true },
    );
    expect(online().message(NCMD, ncmd, T)).toEqual([
      {
        kind: 'command',
        timestamp: T,
        metrics: [{ alias: 2, name: 'Node Control/Stored', datatype: DataType.UInt64Array, value: stored }],
      },
    ]);
    const dcmd = encodePayload({ metrics: [{ name: 'Rain', datatype: DataType.UInt32, value: 0 }] });
    expect(online().message('spBv1.0/baia-mare/DCMD/gw-1/dust-1', dcmd, T)).toEqual([
      { kind: 'command', device: 'dust-1', metrics: [{ name: 'Rain', datatype: DataType.UInt32, value: 0 }] },
    ]);
  });

  test.each([
    ['bytes that are no payload', NCMD, Uint8Array.of(0xff), 'SPARKPLUG_PAYLOAD_MALFORMED'],
    [
      'an unknown metric',
      NCMD,
      command({ name: 'x', datatype: DataType.Int8, value: 1 }),
      'SPARKPLUG_METRIC_UNKNOWN',
    ],
    [
      'an unknown alias',
      NCMD,
      command({ alias: 99, datatype: DataType.Int8, value: 1 }),
      'SPARKPLUG_METRIC_UNKNOWN',
    ],
    [
      'another data type',
      NCMD,
      command({ alias: 2, datatype: DataType.Int8, value: 1 }),
      'SPARKPLUG_VALUE_TYPE',
    ],
    ['an unknown device', 'spBv1.0/baia-mare/DCMD/gw-1/none', command(), 'SPARKPLUG_NOT_BORN'],
    ['a strange topic', 'spBv1.0/baia-mare/XCMD/gw-1', command(), 'SPARKPLUG_TOPIC_INVALID'],
  ])('%s is a fault, and the session goes on', (_, topic, payload, code) => {
    const session = online();
    expect(session.message(topic, payload, T)).toMatchObject([{ kind: 'fault', topic, error: { code } }]);
    expect(session.state).toBe('online');
  });

  test('commands for others are none of its business', () => {
    expect(online().message('spBv1.0/baia-mare/NCMD/gw-2', rebirthCommand, T)).toEqual([]);
    expect(online().message('spBv1.0/cluj/NCMD/gw-1', rebirthCommand, T)).toEqual([]);
  });
});

describe('the primary host', () => {
  const waiting = (): EdgeSession => online({ primaryHost: 'sandbox' });

  test('tck-id-message-flow-edge-node-birth-publish-phid-wait: births come with its STATE online', () => {
    const session = waiting();
    expect(session.state).toBe('waiting');
    expect(session.publishDevice('dust-1', [PM], T)).toEqual({ ok: false, reason: 'offline' });
    // tck-id-message-flow-edge-node-birth-publish-phid-wait-id
    expect(session.message('spBv1.0/STATE/other', hostState({ online: true, timestamp: T }), T)).toEqual([]);
    // tck-id-message-flow-edge-node-birth-publish-phid-wait-online
    expect(session.message(STATE, hostState({ online: false, timestamp: T }), T)).toEqual([]);
    expect(kinds(session.message(STATE, hostState({ online: true, timestamp: T }), T))).toEqual([
      'publish',
      'publish',
      'online',
    ]);
  });

  test('tck-id-operational-behavior-edge-node-termination-host-offline: NDEATH, DISCONNECT, begin again', () => {
    const session = waiting();
    session.message(STATE, hostState({ online: true, timestamp: T }), T);
    const effects = session.message(STATE, hostState({ online: false, timestamp: T }), T + 9);
    expect(kinds(effects)).toEqual(['publish', 'disconnect', 'offline']);
    expect(published(effects)[0]).toMatchObject({ topic: 'spBv1.0/baia-mare/NDEATH/gw-1' });
    expect(effects.at(-1)).toEqual({ kind: 'offline', reason: 'primary-host-offline' });
    expect(session.disconnected()).toEqual([]);
    expect(session.connecting(T)[0]).toEqual({ kind: 'persist-bdseq', bdSeq: 1 });
  });

  test('tck-id-operational-behavior-edge-node-termination-host-offline-timestamp: an old will changes nothing', () => {
    const session = waiting();
    session.message(STATE, hostState({ online: true, timestamp: T }), T);
    expect(session.message(STATE, hostState({ online: false, timestamp: T - 1 }), T)).toEqual([]);
    expect(session.state).toBe('online');
  });

  test('a gateway that connects again follows a host whose clock went back meanwhile', () => {
    const session = waiting();
    session.message(STATE, hostState({ online: true, timestamp: T }), T);
    session.disconnected();
    session.connecting(T + 1);
    session.connected(T + 1);
    session.message(STATE, hostState({ online: true, timestamp: T - 3_600_000 }), T + 1);
    expect(session.state).toBe('online');
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"online":"yes","timestamp":1}',
    '{"online":true}',
    '{"online":true,"timestamp":1.5}',
    ' '.repeat(2000),
  ])('a STATE of %j is a fault', (text) => {
    const effects = waiting().message(STATE, Buffer.from(text), T);
    expect(effects).toMatchObject([{ kind: 'fault', error: { code: 'SPARKPLUG_STATE_INVALID' } }]);
  });
});

describe('the end', () => {
  test('tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath: NDEATH of this session, then DISCONNECT', () => {
    const session = online({ lastBdSeq: 3 });
    const effects = session.close(T);
    expect(kinds(effects)).toEqual(['publish', 'disconnect', 'offline']);
    expect(bdSeqOf(published(effects)[0]!.message.payload)).toBe(4n);
    expect(session.close(T)).toEqual([]);
  });

  test('a lost connection ends the session; the next has a new bdSeq', () => {
    const session = online();
    expect(session.disconnected()).toEqual([{ kind: 'offline', reason: 'connection-lost' }]);
    expect(session.message(NCMD, rebirthCommand, T)).toEqual([]);
    expect(kinds(session.connecting(T))).toEqual(['persist-bdseq', 'open']);
    expect(published(session.connected(T))).toHaveLength(2);
  });
});
