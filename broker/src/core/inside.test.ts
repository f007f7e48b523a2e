import { Aedes } from 'aedes';
import { expect, test } from 'vitest';
import { inside } from './inside.ts';

test('Aedes is the version that was read, and has what is used of its inside', async () => {
  const aedes = await Aedes.createBroker();
  const { mq, clients, persistence, version } = inside(aedes);
  expect(version).toBe('1.2.0');
  expect(typeof mq.emit).toBe('function');
  expect(clients).toEqual({});
  const used: (keyof typeof persistence)[] = [
    'storeRetained',
    'addSubscriptions',
    'cleanSubscriptions',
    'cleanIncoming',
    'outgoingEnqueueCombi',
    'outgoingUpdate',
    'outgoingClearMessageId',
    'outgoingStream',
  ];
  for (const name of used) expect([name, typeof persistence[name]]).toEqual([name, 'function']);
  await new Promise<void>((resolve) => aedes.close(resolve));
});
