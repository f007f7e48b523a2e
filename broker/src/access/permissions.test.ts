import { expect, test } from 'vitest';
import type { AclEntry } from '../model/principal.ts';
import { Permissions } from './permissions.ts';

const acl: AclEntry[] = [
  { action: 'publish', filter: 'spBv1.0/baia-mare/NDATA/gw-1/+' },
  { action: 'publish', filter: '$city/#' },
  { action: 'subscribe', filter: 'spBv1.0/baia-mare/NCMD/gw-1/#' },
  { action: 'subscribe', filter: '$city/#' },
  { action: 'subscribe', filter: '$SYS/#' },
];

test('a gateway keeps to its own topics, and `$` topics stay closed to it even when an ACL names them', () => {
  const gateway = new Permissions(acl, { kind: 'gateway' });
  expect(gateway.mayPublish('spBv1.0/baia-mare/NDATA/gw-1/meter')).toBe(true);
  expect(gateway.mayPublish('spBv1.0/baia-mare/NDATA/gw-2/meter')).toBe(false);
  expect(gateway.mayPublish('$city/revocations')).toBe(false);
  expect(gateway.maySubscribe('spBv1.0/baia-mare/NCMD/gw-1/+')).toBe(true);
  expect(gateway.maySubscribe('spBv1.0/baia-mare/NCMD/+')).toBe(false);
  expect(gateway.maySubscribe('$city/events')).toBe(false);
});

test('a host has $city, but not the broker’s own topics', () => {
  const host = new Permissions(acl, { kind: 'host' });
  expect([host.mayPublish('$city/revocations'), host.maySubscribe('$city/events')]).toEqual([true, true]);
  expect(host.maySubscribe('$SYS/#')).toBe(false);
});

test('answers are remembered for a bounded number of topics and stay right', () => {
  const gateway = new Permissions(acl, { kind: 'gateway' });
  for (let round = 0; round < 2; round++)
    for (let n = 0; n < 2000; n++) {
      expect(gateway.mayPublish(`spBv1.0/baia-mare/NDATA/gw-1/${n}`)).toBe(true);
      expect(gateway.mayPublish(`other/${n}`)).toBe(false);
    }
});
