import type { PilotEvent } from '../../../../../src/contract/index.ts';

export type EventParts =
  | { readonly what: 'tokenIssued'; readonly name: string; readonly until: string; readonly by: string }
  | { readonly what: 'tokenRevoked'; readonly name: string; readonly by: string }
  | { readonly what: 'stateChanged'; readonly state: 'draft' | 'live' | 'ended'; readonly by: string };

/**
 * The parts of the events whose detail has a known form, so that they can be said in the reader's language.
 * Undefined for all others: those are shown as they came.
 */
export function eventParts({ code, detail }: Pick<PilotEvent, 'code' | 'detail'>): EventParts | undefined {
  switch (code) {
    case 'token_issued': {
      const [, name, until, by] = /^(.*), until (\S+), by (\S+)$/s.exec(detail) ?? [];
      if (name === undefined || until === undefined || by === undefined) return undefined;
      return Number.isNaN(Date.parse(until)) ? undefined : { what: 'tokenIssued', name, until, by };
    }
    case 'token_revoked': {
      const [, name, by] = /^(.*), by (\S+)$/s.exec(detail) ?? [];
      return name === undefined || by === undefined ? undefined : { what: 'tokenRevoked', name, by };
    }
    case 'pilot_draft':
    case 'pilot_live':
    case 'pilot_ended': {
      const [, by] = /, by (.+)$/s.exec(detail) ?? [];
      const state = code === 'pilot_live' ? 'live' : code === 'pilot_ended' ? 'ended' : 'draft';
      return by === undefined ? undefined : { what: 'stateChanged', state, by };
    }
    default:
      return undefined;
  }
}
