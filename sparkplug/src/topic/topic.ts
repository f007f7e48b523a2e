import { sparkplugError } from '../errors.ts';

export const NAMESPACE = 'spBv1.0';

export type NodeMessageType = 'NBIRTH' | 'NDEATH' | 'NDATA' | 'NCMD';
export type DeviceMessageType = 'DBIRTH' | 'DDEATH' | 'DDATA' | 'DCMD';

export interface NodeTopic {
  readonly type: NodeMessageType;
  readonly group: string;
  readonly node: string;
}
export interface DeviceTopic {
  readonly type: DeviceMessageType;
  readonly group: string;
  readonly node: string;
  readonly device: string;
}
export interface StateTopic {
  readonly type: 'STATE';
  readonly host: string;
}
/** A topic of Sparkplug 3.0, section 4, told apart by `type`. */
export type SparkplugTopic = NodeTopic | DeviceTopic | StateTopic;

/** The longest topic that MQTT can carry, in bytes of UTF-8. [MQTT-4.7.3-3] */
const TOPIC_BYTES = 65_535;
const RESERVED = /[+/#\0]|\p{Surrogate}/u;

const nodeTypes: ReadonlySet<string> = new Set<NodeMessageType>(['NBIRTH', 'NDEATH', 'NDATA', 'NCMD']);
const deviceTypes: ReadonlySet<string> = new Set<DeviceMessageType>(['DBIRTH', 'DDEATH', 'DDATA', 'DCMD']);

/** Reads a topic. Throws SPARKPLUG_TOPIC_INVALID for anything else, topics of other namespaces among it. */
export function parseTopic(topic: string): SparkplugTopic {
  if (tooLong(topic)) throw invalid(topic, 'too long');
  const parts = topic.split('/', 6);
  const [namespace, group = '', type = '', node = '', device] = parts;
  if (namespace !== NAMESPACE) throw invalid(topic, `it does not begin with ${NAMESPACE}`);
  for (const part of parts) if (!isValidId(part)) throw invalid(topic, 'an empty or not allowed element');
  if (group === 'STATE' && parts.length === 3) return { type: 'STATE', host: type };
  if (isNodeType(type) && parts.length === 4) return { type, group, node };
  if (isDeviceType(type) && parts.length === 5 && device !== undefined) return { type, group, node, device };
  throw invalid(topic, 'the message type and the number of elements do not agree');
}

/** Writes a topic. Throws SPARKPLUG_TOPIC_INVALID for an id that is not allowed. */
export function formatTopic(topic: SparkplugTopic): string {
  const text = elementsOf(topic).join('/');
  if (!elementsOf(topic).every(isValidId)) throw invalid(text, 'an empty or not allowed element');
  if (tooLong(text)) throw invalid(text, 'too long');
  return text;
}

function elementsOf(topic: SparkplugTopic): string[] {
  if (topic.type === 'STATE') return [NAMESPACE, 'STATE', topic.host];
  const elements = [NAMESPACE, topic.group, topic.type, topic.node];
  return 'device' in topic ? [...elements, topic.device] : elements;
}

/** Whether a group, node, device or host id is allowed: not empty, Unicode text without + / # or U+0000. */
export function isValidId(id: string): boolean {
  return id !== '' && !RESERVED.test(id);
}

/** A UTF-16 unit takes three bytes at most, so that most topics need not be measured. */
function tooLong(topic: string): boolean {
  return topic.length > TOPIC_BYTES / 3 && Buffer.byteLength(topic) > TOPIC_BYTES;
}

function isNodeType(type: string): type is NodeMessageType {
  return nodeTypes.has(type);
}

function isDeviceType(type: string): type is DeviceMessageType {
  return deviceTypes.has(type);
}

function invalid(topic: string, detail: string): Error {
  const shown = topic.length > 100 ? `${topic.slice(0, 100)}...` : topic;
  return sparkplugError('SPARKPLUG_TOPIC_INVALID', `${JSON.stringify(shown)}: ${detail}`, {
    context: { topic: shown },
  });
}
