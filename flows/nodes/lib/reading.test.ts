import { expect, test } from 'vitest';
import { parseReadings, RefusedMessage } from './reading.cjs';

const topic = 'pilots/aer/live/devices/aer-1/readings';
const good = {
  device: 'aer-1',
  observedAt: '2026-01-05T06:00:00.000Z',
  receivedAt: '2026-01-05T06:00:00.250Z',
  source: 'live',
  historical: false,
  readings: { pm2_5: { value: 12.4, unit: 'ug/m3', quality: 'good' } },
};
const parse = (body: unknown) => parseReadings(topic, Buffer.from(JSON.stringify(body)));

test('a message as the testbed sends it', () => {
  expect(parse(good)).toEqual({
    device: 'aer-1',
    observedAt: good.observedAt,
    receivedAt: good.receivedAt,
    source: 'live',
    historical: false,
    metrics: new Map([['pm2_5', { value: 12.4, unit: 'ug/m3', quality: 'good' }]]),
  });
});

test.each([
  ['another device than the topic says', { ...good, device: 'aer-2' }, /not the one in the topic/],
  ['a source that is unknown', { ...good, source: 'guess' }, /source is none of/],
  ['a time that is none', { ...good, observedAt: 'yesterday' }, /observedAt is no RFC 3339 time/],
  ['a number for a time', { ...good, observedAt: 5 }, /observedAt is no text/],
  ['a list for readings', { ...good, readings: [] }, /readings is no object/],
  ['an object for a value', { ...good, readings: { a: { value: {} } } }, /a has a value/],
  ['text', 'hello', /payload is no object/],
  ['null', null, /payload is no object/],
  [
    'more metrics than a device has',
    { ...good, readings: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m${i}`, {}])) },
    /1001 metrics/,
  ],
])('%s is refused', (_name, body, message) => {
  expect(() => parse(body)).toThrow(message);
  expect(() => parse(body)).toThrow(RefusedMessage);
});

test('what is no JSON, and what is too large to look at, is refused', () => {
  expect(() => parseReadings(topic, Buffer.from('{"device":'))).toThrow(/not JSON/);
  expect(() => parseReadings(topic, Buffer.alloc(300_000, 32))).toThrow(/300000 bytes/);
});

test('a metric named like a property of every object is a metric', () => {
  const body = JSON.stringify(good).replace('"pm2_5"', '"__proto__"');
  const { metrics } = parseReadings(topic, Buffer.from(body));
  expect([...metrics.keys()]).toEqual(['__proto__']);
});
