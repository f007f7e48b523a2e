import { Aedes } from 'aedes';
import { expect, test } from 'vitest';
import { inside } from './inside.ts';

test('Aedes is the version that was read, and has what is used of its inside', async () => {
  const aedes = await Aedes.createBroker();
  const { mq, clients, persistence, version } = inside(aedes);
  expect(version).toBe('1.2.0');
  expect(typeof mq.emit).toBe('function');
  expect(clients).toEqual({});
  const { storeRetained, addSubscriptions, cleanSubscriptions, cleanIncoming } = persistence;
  const { outgoingEnqueueCombi, outgoingUpdate, outgoingClearMessageId, outgoingStream } = persistence;
  const used = { storeRetained, addSubscriptions, cleanSubscriptions, cleanIncoming };
  const outgoing = { outgoingEnqueueCombi, outgoingUpdate, outgoingClearMessageId, outgoingStream };
  for (const [name, method] of Object.entries({ ...used, ...outgoing }))
    expect([name, typeof method]).toEqual([name, 'function']);
  await new Promise<void>((resolve) => aedes.close(resolve));
});
