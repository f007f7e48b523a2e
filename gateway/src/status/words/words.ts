import type { Alarm, GatewayStatus } from '../status.ts';

export interface AlarmWords {
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** What somebody who stands before the box can do about it. */
  readonly todo: string;
}

/** Every text of the status page in one language. */
export interface Words {
  readonly language: 'en' | 'ro';
  readonly alarm: (alarm: Alarm) => AlarmWords;
  /** With no faults, and with so many. */
  readonly allWell: string;
  readonly faults: (count: number) => string;
  readonly fewerShown: (hidden: number) => string;
  readonly uplinkStates: Readonly<Record<GatewayStatus['uplink']['state'], string>>;
  readonly deviceStates: Readonly<Record<GatewayStatus['devices'][number]['state'], string>>;
  readonly text: Readonly<Record<TextKey, string>>;
}

export type TextKey =
  | 'gateway'
  | 'faultsTitle'
  | 'uplink'
  | 'state'
  | 'broker'
  | 'since'
  | 'lastConfirmed'
  | 'inFlight'
  | 'sent'
  | 'resent'
  | 'certificate'
  | 'outbox'
  | 'waiting'
  | 'size'
  | 'oldest'
  | 'dropped'
  | 'clock'
  | 'time'
  | 'synchronised'
  | 'notSynchronised'
  | 'trusted'
  | 'jumps'
  | 'lastJump'
  | 'disk'
  | 'free'
  | 'device'
  | 'readOnly'
  | 'program'
  | 'version'
  | 'runsSince'
  | 'memory'
  | 'config'
  | 'loaded'
  | 'lastReload'
  | 'reloaded'
  | 'refused'
  | 'ports'
  | 'open'
  | 'closed'
  | 'requests'
  | 'timeouts'
  | 'exceptions'
  | 'strayFrames'
  | 'checksumErrors'
  | 'reopens'
  | 'lastAnswer'
  | 'polls'
  | 'missed'
  | 'badValues'
  | 'never'
  | 'none'
  | 'refreshing'
  | 'paused'
  | 'pause'
  | 'goOn'
  | 'otherLanguage'
  | 'links';
