import { describe, expect, it } from 'vitest';
import type { PilotMessage } from '../../../../../src/contract/index.ts';
import { emptyList, keptMessages, passes, paused, resumed, withMessages } from './message-list.ts';

const message = (second: number, more: Partial<PilotMessage> = {}): PilotMessage => ({
  at: new Date(Date.parse('2025-03-01T10:00:00.000Z') + second * 1000).toISOString(),
  topic: 'devices/air-1/readings',
  direction: 'receive',
  payload: {},
  bytes: 10,
  accepted: true,
  reason: null,
  ...more,
});
const topics = (list: typeof emptyList) => list.shown.map((kept) => kept.message.at.slice(17, 19));

describe('the list of live messages', () => {
  it('shows the newest first and stays bounded', () => {
    const list = withMessages(
      emptyList,
      Array.from({ length: keptMessages + 5 }, (_, index) => message(index)),
    );
    expect(list.shown).toHaveLength(keptMessages);
    expect(list.shown[0]?.number).toBe(keptMessages + 4);
  });

  it('stands still while paused and catches up afterwards', () => {
    const before = withMessages(emptyList, [message(1)]);
    const during = withMessages(paused(before), [message(2), message(3)]);
    expect(topics(during)).toEqual(['01']);
    expect(during.waiting).toHaveLength(2);
    expect(topics(resumed(during))).toEqual(['03', '02', '01']);
  });

  it('does not repeat what the server sends again after a lost line', () => {
    const list = withMessages(emptyList, [message(1), message(2)]);
    expect(topics(withMessages(list, [message(1), message(2), message(3)]))).toEqual(['03', '02', '01']);
  });

  it('filters by direction, refusal and topic', () => {
    const refused = message(1, { accepted: false, direction: 'send', topic: 'out/x' });
    expect(passes(refused, 'refused', '')).toBe(true);
    expect(passes(refused, 'sent', '')).toBe(false);
    expect(passes(message(1), 'received', 'AIR-1')).toBe(true);
    expect(passes(message(1), 'all', 'out/')).toBe(false);
  });
});
