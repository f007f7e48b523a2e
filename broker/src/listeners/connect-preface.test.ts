import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { prefaceBytes, readPreface } from './connect-preface.ts';

const connect = (protocolVersion: 3 | 4 | 5): Buffer =>
  generate({
    cmd: 'connect',
    clientId: 'x'.repeat(200),
    protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion,
  });

test.each([
  [3, 'mqtt_3'],
  [4, 'mqtt_3'],
  [5, 'mqtt_5'],
] as const)('version %i is known, byte by byte as well', (version, expected) => {
  const bytes = connect(version);
  const answers = Array.from({ length: prefaceBytes }, (_, length) =>
    readPreface(bytes.subarray(0, length + 1)),
  );
  expect(answers.at(-1)).toBe(expected);
  expect(answers.slice(0, answers.indexOf(expected)).every((answer) => answer === 'more')).toBe(true);
});

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
  ['PUBLISH', Buffer.from([0x30, 0x02, 0x00, 0x00])],
  ['another name', Buffer.from([0x10, 0x0c, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x58, 0x04])],
  ['an endless length', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
])('%s is not MQTT', (_, bytes) => {
  expect(readPreface(bytes)).toBe('not_mqtt');
});

test('a level that nobody knows is another version', () => {
  const bytes = connect(4);
  bytes[bytes.indexOf('MQTT') + 4] = 6;
  expect(readPreface(bytes)).toBe('other_version');
});
