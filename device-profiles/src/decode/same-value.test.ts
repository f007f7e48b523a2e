import { expect, test } from 'vitest';
import type { ModbusMetric } from '../format/modbus.ts';
import type { MetricValue } from '../format/value.ts';
import { isSameValue } from './same-value.ts';

const same = (
  register: Partial<ModbusMetric['register']>,
  written: MetricValue,
  read: MetricValue,
): boolean =>
  isSameValue(
    {
      name: 'setpoint',
      label: { en: 'Setpoint', ro: 'Referinta' },
      datatype: 'Double',
      access: 'rw',
      intervalMs: 1000,
      register: { table: 'holding', address: 0, type: 'uint16', ...register },
    },
    written,
    read,
  );

test('what was read is what was written, as far as the device can hold it', () => {
  expect(same({ scale: 0.1 }, 21.53, 21.5)).toBe(true);
  expect(same({ scale: 0.1 }, 21.53, 21.6)).toBe(false);
  expect(same({}, 7, 7)).toBe(true);
  expect(same({}, 7, 8)).toBe(false);
  expect(same({ type: 'float32' }, 230.2, Math.fround(230.2))).toBe(true);
  expect(same({ type: 'float32' }, 230.2, 230.21)).toBe(false);
  expect(same({ type: 'float64' }, 0.1, 0.1)).toBe(true);
  expect(same({ type: 'uint64' }, 2n ** 60n, 2n ** 60n + 1n)).toBe(false);
  expect(same({ type: 'bool' }, true, false)).toBe(false);
  expect(same({ type: 'string' }, 'eco ', 'eco')).toBe(true);
  expect(same({}, 1, 'on')).toBe(false);
});
