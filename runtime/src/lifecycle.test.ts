import { expect, test } from 'vitest';
import { Lifecycle, type Service } from './index.ts';

function recorder(log: string[], name: string, stop: () => Promise<void> = () => Promise.resolve()): Service {
  return {
    name,
    start: () => Promise.resolve(void log.push(`start ${name}`)),
    stop: () => (log.push(`stop ${name}`), stop()),
  };
}

test('starts in order, stops in reverse, and a second stop does nothing more', async () => {
  const log: string[] = [];
  const life = new Lifecycle([recorder(log, 'a'), recorder(log, 'b')]);
  await life.start();
  await Promise.all([life.stop(), life.stop()]);
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('a part that hangs is named, and the others stop all the same', async () => {
  const log: string[] = [];
  const life = new Lifecycle([
    recorder(log, 'a'),
    recorder(log, 'hangs', () => new Promise(() => undefined)),
  ]);
  await life.start();
  await expect(life.stop(20)).rejects.toMatchObject({
    code: 'LIFECYCLE_STOP_TIMEOUT',
    context: { service: 'hangs' },
  });
  expect(log).toContain('stop a');
});

test('a part that fails to start stops those before it', async () => {
  const log: string[] = [];
  const bad: Service = { ...recorder(log, 'bad'), start: () => Promise.reject(new Error('no port')) };
  await expect(new Lifecycle([recorder(log, 'a'), bad]).start()).rejects.toThrow('no port');
  expect(log).toEqual(['start a', 'stop bad', 'stop a']);
});
