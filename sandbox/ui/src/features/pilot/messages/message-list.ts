import type { PilotMessage } from '../../../../../src/contract/index.ts';

export interface KeptMessage {
  /** Grows with each message; also the key of its row. */
  readonly number: number;
  readonly message: PilotMessage;
}

export interface MessageList {
  /** Newest first. */
  readonly shown: readonly KeptMessage[];
  /** What came while the list was paused, newest first; bounded as well. */
  readonly waiting: readonly KeptMessage[];
  readonly paused: boolean;
  readonly next: number;
}

/** So many messages are kept; the oldest make room. */
export const keptMessages = 200;

export const emptyList: MessageList = { shown: [], waiting: [], paused: false, next: 0 };

const sameMessage = (a: PilotMessage, b: PilotMessage) =>
  a.at === b.at && a.topic === b.topic && a.direction === b.direction && a.bytes === b.bytes;

/** Adds messages in the order they came. After a lost line the server repeats its last ones: those are known. */
export function withMessages(list: MessageList, messages: readonly PilotMessage[]): MessageList {
  const known = [...list.waiting, ...list.shown];
  const fresh = messages.filter((message) => !known.some((kept) => sameMessage(kept.message, message)));
  if (fresh.length === 0) return list;
  const numbered = fresh.map((message, index) => ({ number: list.next + index, message })).reverse();
  const next = list.next + fresh.length;
  const join = (old: readonly KeptMessage[]) => [...numbered, ...old].slice(0, keptMessages);
  return list.paused
    ? { ...list, waiting: join(list.waiting), next }
    : { ...list, shown: join(list.shown), next };
}

export function paused(list: MessageList): MessageList {
  return { ...list, paused: true };
}

export function resumed(list: MessageList): MessageList {
  return {
    ...list,
    paused: false,
    shown: [...list.waiting, ...list.shown].slice(0, keptMessages),
    waiting: [],
  };
}

export function cleared(list: MessageList): MessageList {
  return { ...list, shown: [], waiting: [] };
}

/** Whether a message is a result of the service that was kept. */
export const isOutput = ({ accepted, direction, topic }: PilotMessage): boolean =>
  accepted && direction === 'send' && topic.startsWith('out/');

export const views = ['all', 'received', 'sent', 'refused'] as const;
export type View = (typeof views)[number];

export function passes(message: PilotMessage, view: View, topic: string): boolean {
  if (topic !== '' && !message.topic.toLowerCase().includes(topic.toLowerCase())) return false;
  switch (view) {
    case 'all':
      return true;
    case 'received':
      return message.accepted && message.direction === 'receive';
    case 'sent':
      return message.accepted && message.direction === 'send';
    case 'refused':
      return !message.accepted;
  }
}
