import { describe, expect, it } from 'vitest';
import { emptyDraft, faultsOf, newPilotOf, serverFaults, type PilotDraft } from './pilot-draft.ts';

const now = Date.parse('2025-03-20T22:30:00Z'); // 00:30 on the 21st in the city
const draft: PilotDraft = {
  ...emptyDraft(now, 'City Hall'),
  title: ' Air in the centre ',
  purpose: 'Warn of dust',
  ends: '2025-10-25',
  until: '2025-03-29',
  reads: { 'air-1': ['*'], 'air-2': [] },
};

describe('the form of a pilot', () => {
  it('starts on the city’s day, not on UTC’s', () => {
    expect(emptyDraft(now, '').starts).toBe('2025-03-21');
  });

  it('sends whole local days across both clock changes', () => {
    const pilot = newPilotOf(draft);
    expect(pilot.title).toBe('Air in the centre');
    expect(pilot.startsAt).toBe('2025-03-20T22:00:00.000Z');
    expect(pilot.endsAt).toBe('2025-10-25T21:00:00.000Z');
    expect(pilot.agreement.until).toBe('2025-03-29T22:00:00.000Z');
    expect(pilot.target).toMatchObject({ latencyP95Ms: 5000, intervalSeconds: 300 });
  });

  it('grants only what was ticked', () => {
    expect(newPilotOf(draft).agreement.reads).toEqual([{ device: 'air-1', metrics: ['*'] }]);
  });

  it('names each fault at its field', () => {
    expect(faultsOf(draft)).toEqual({});
    expect(
      faultsOf({ ...draft, title: 'ab', purpose: ' ', ends: '2025-01-01', completeness: '', minimum: 0 }),
    ).toEqual({
      title: { code: 'short', count: 3 },
      purpose: { code: 'required' },
      ends: { code: 'order' },
      completeness: { code: 'range', low: 0, high: 100 },
      minimum: { code: 'range', low: 1, high: 1_000_000_000 },
    });
  });

  it('puts the server’s faults at the same fields', () => {
    const faults = serverFaults({
      type: '',
      title: '',
      status: 400,
      detail: '',
      code: 'X',
      hint: '',
      errors: [
        { path: '/agreement/reads/0/device', found: 'x', allowed: 'a known device' },
        { path: 'body.endsAt', found: 'x', allowed: 'a time after startsAt' },
      ],
    });
    expect(faults).toEqual({ reads: 'a known device', ends: 'a time after startsAt' });
  });
});
