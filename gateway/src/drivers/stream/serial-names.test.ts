import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { byIdName, explainSerialFault } from './serial-names.ts';

function folder(): { root: string; byId: string; device: string } {
  const root = mkdtempSync(join(tmpdir(), 'city-dev-'));
  const byId = mkdtempSync(join(root, 'by-id-'));
  const device = join(root, 'ttyUSB0');
  writeFileSync(device, '');
  return { root, byId, device };
}

test('a number that moves is advised against where there is a name that does not', () => {
  const { byId, device, root } = folder();
  expect(byIdName(device, byId)).toBeUndefined();
  const name = join(byId, 'usb-FTDI_FT232R_A50285BI-if00-port0');
  symlinkSync(device, name);
  expect(byIdName(device, byId)).toBe(name);
  expect(byIdName(name, byId)).toBeUndefined();
  expect(byIdName(join(root, 'ttyUSB9'), byId)).toBeUndefined();
  expect(byIdName('tcp://10.0.0.5:4001', byId)).toBeUndefined();
});

test('a missing device is told with the names that there are', () => {
  const { byId, device, root } = folder();
  const missing = join(byId, 'usb-gone');
  expect(explainSerialFault(missing, new Error('ENOENT'), byId)).toBe(
    `there is no such device; nothing is plugged in under ${byId}`,
  );
  symlinkSync(device, join(byId, 'usb-here'));
  expect(explainSerialFault(missing, new Error('ENOENT'), byId)).toBe(
    `there is no such device; plugged in are ${join(byId, 'usb-here')}`,
  );
  expect(explainSerialFault(device, new Error('Error 5 baud'), byId)).toBe('Error 5 baud');
  expect(explainSerialFault(device, new Error('Cannot lock port'), join(root, 'none'))).toBe(
    'another program uses it',
  );
});
