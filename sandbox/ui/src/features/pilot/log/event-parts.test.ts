import { describe, expect, it } from 'vitest';
import { eventParts } from './event-parts.ts';

describe('the parts of an event', () => {
  it('are found where the detail has a known form', () => {
    expect(
      eventParts({
        code: 'token_issued',
        detail: 'Server, until now, until 2027-05-22T20:10:00.000Z, by a@demo.example',
      }),
    ).toEqual({
      what: 'tokenIssued',
      name: 'Server, until now',
      until: '2027-05-22T20:10:00.000Z',
      by: 'a@demo.example',
    });
    expect(eventParts({ code: 'token_revoked', detail: 'Server, by a@demo.example' })).toEqual({
      what: 'tokenRevoked',
      name: 'Server',
      by: 'a@demo.example',
    });
    expect(eventParts({ code: 'pilot_live', detail: 'draft to live, by a@demo.example' })).toEqual({
      what: 'stateChanged',
      state: 'live',
      by: 'a@demo.example',
    });
  });

  it('are not guessed at', () => {
    expect(eventParts({ code: 'token_issued', detail: 'something else' })).toBeUndefined();
    expect(eventParts({ code: 'queue_full', detail: 'x' })).toBeUndefined();
  });
});
