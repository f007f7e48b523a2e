import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { expect, test } from 'vitest';
import { DiskWatch } from './disk-watch.ts';
import { mountOf } from './mounts.ts';

const mountinfo = `
22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
23 22 0:20 / /proc rw - proc proc rw
40 22 8:1 / /var/lib/my\\040data rw - ext4 /dev/sda1 ro,errors=remount-ro
41 22 8:2 / /var/li rw - ext4 /dev/sdb1 rw
`;

test('the longest mount point that holds a folder is its mount', () => {
  expect(mountOf('/var/lib/city-gateway', mountinfo)).toMatchObject({
    source: '/dev/mmcblk0p2',
    readOnly: false,
  });
  expect(mountOf('/var/lib/my data/outbox', mountinfo)).toEqual({
    point: '/var/lib/my data',
    type: 'ext4',
    source: '/dev/sda1',
    readOnly: true,
  });
  expect(mountOf('/any', '')).toBeUndefined();
});

test('the disk of a folder is looked at again and again, and a folder that is gone is no disk', async () => {
  const clock = new ManualClock();
  const log = createLogger({ name: 'test', level: 'silent' });
  const folder = mkdtempSync(join(tmpdir(), 'city-disk-'));
  const disk = new DiskWatch({ folder, clock, log });
  await disk.start();
  const { freeBytes, sizeBytes } = disk.status()!;
  expect(freeBytes).toBeGreaterThan(0);
  expect(sizeBytes).toBeGreaterThanOrEqual(freeBytes);
  await disk.stop();
  const gone = new DiskWatch({ folder: join(folder, 'no'), clock, log });
  await gone.start();
  expect(gone.status()).toBeUndefined();
  await gone.stop();
});
