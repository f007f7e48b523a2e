/** What the first bytes of a connection say. */
export type Preface = 'more' | 'mqtt_3' | 'mqtt_5' | 'other_version' | 'not_mqtt';

/** CONNACK for MQTT 3.1.1: unacceptable protocol version [MQTT-3.1.2-2]. */
export const connackVersion3 = Buffer.from([0x20, 0x02, 0x00, 0x01]);
/** CONNACK for MQTT 5, with its empty properties: reason 0x84, unsupported protocol version (v5, 3.1.2.2). */
export const connackVersion5 = Buffer.from([0x20, 0x03, 0x00, 0x84, 0x00]);

const names = ['MQTT', 'MQIsdp'] as const;
/** Fixed header of at most five bytes, name with its length, protocol level. */
export const prefaceBytes = 5 + 2 + 6 + 1;

/**
 * Reads the protocol name and level out of the beginning of a CONNECT (3.1.1, section 3.1), so that another version
 * gets its right answer and a stray HTTP or TLS client is let go before anything is parsed.
 * @param bytes the first bytes of the connection; `more` when they do not suffice yet
 */
export function readPreface(bytes: Uint8Array): Preface {
  if (bytes.length === 0) return 'more';
  if (bytes[0] !== 0x10) return 'not_mqtt';
  let at = 1;
  while ((bytes[at] ?? 0) & 0x80) if (++at > 4) return 'not_mqtt';
  at++;
  const nameLength = bytes[at + 1];
  if (nameLength === undefined) return 'more';
  const name = names.find((known) => bytes[at] === 0 && known.length === nameLength);
  if (name === undefined) return 'not_mqtt';
  at += 2;
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[at++];
    if (byte === undefined) return 'more';
    if (byte !== name.charCodeAt(index)) return 'not_mqtt';
  }
  const level = bytes[at];
  if (level === undefined) return 'more';
  const version = level & 0x7f; // bridges set the highest bit
  if (name === 'MQIsdp') return version === 3 ? 'mqtt_3' : 'other_version';
  return version === 4 ? 'mqtt_3' : version === 5 ? 'mqtt_5' : 'other_version';
}
