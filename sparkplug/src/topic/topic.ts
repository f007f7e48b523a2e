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

/** Reads a topic. Throws SPARKPLUG_TOPIC_INVALID for anything else, topics of other namespaces among it. */
export function parseTopic(topic: string): SparkplugTopic {
  throw new Error(topic);
}

/** Writes a topic. Throws SPARKPLUG_TOPIC_INVALID for an id that is not allowed. */
export function formatTopic(topic: SparkplugTopic): string {
  throw new Error(topic.type);
}

/** Whether a group, node, device or host id is allowed: 1 to 65,535 bytes of UTF-8 without + / # or U+0000. */
export function isValidId(id: string): boolean {
  return id !== '';
}
