import { createLogger, ManualClock } from '@city-testbed/runtime';
import { expect, it } from 'vitest';
import { sandboxError } from '../errors.ts';
import { FaultLog } from './fault-log.ts';

it('says a fault once per place and code in ten seconds, and counts all of them', async () => {
  const clock = new ManualClock();
  const faults = new FaultLog(clock, createLogger({ name: 'test', level: 'silent' }));
  const one = sandboxError('SANDBOX_OUTPUT_MALFORMED', 'x');
  const other = sandboxError('SANDBOX_OUTPUT_TOO_LARGE', 'x');
  expect([
    faults.report('t', one),
    faults.report('t', one),
    faults.report('t', other),
    faults.report('u', one),
  ]).toEqual([true, false, true, true]);
  await clock.advance(10_000);
  expect(faults.report('t', one)).toBe(true);
  expect(Object.fromEntries(faults.counts)).toEqual({
    SANDBOX_OUTPUT_MALFORMED: 4,
    SANDBOX_OUTPUT_TOO_LARGE: 1,
  });
});

it('stays small however many places strangers invent', () => {
  const clock = new ManualClock();
  const faults = new FaultLog(clock, createLogger({ name: 'test', level: 'silent' }));
  const error = sandboxError('SANDBOX_OUTPUT_MALFORMED', 'x');
  for (let n = 0; n < 5000; n++) faults.report(`topic-${n}`, error);
  expect(faults.report('topic-0', error)).toBe(true); // forgotten, as the table is bounded
  expect(faults.report('topic-4999', error)).toBe(false);
});
