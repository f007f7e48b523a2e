import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportLine, fakeOnoff, gpioTree } from '../../testing/gpio-tree.ts';
import { lineOpener } from './onoff-line.ts';

const input = { direction: 'in', edge: 'none' } as const;
const counting = { direction: 'in', edge: 'both' } as const;
const output = { direction: 'out', edge: 'none' } as const;

function machine(faults: Record<number, string> = {}, debug = '') {
  const sys = gpioTree([], debug);
  const onoff = fakeOnoff(sys, new Map(Object.entries(faults).map(([line, code]) => [Number(line), code])));
  return { sys, onoff, open: lineOpener(onoff.Handle, sys) };
}

test('an output that a crashed run left keeps its level, and no direction is written', async () => {
  const { sys, onoff, open } = machine();
  exportLine(sys, 20, 'out', 1);
  const line = open({ number: 20, ...output });
  expect(onoff.moves).toEqual([]);
  expect(await line.read()).toBe(1);
});

test('a line that becomes an output keeps the level that it has as an input', async () => {
  for (const level of [0, 1] as const) {
    const { sys, onoff, open } = machine();
    exportLine(sys, 21, 'in', level);
    const line = open({ number: 21, ...output });
    expect(onoff.moves).toEqual([level === 1 ? '21 high' : '21 low']);
    expect(await line.read()).toBe(level);
  }
});

test('an output is never given back, and used again; an input is', async () => {
  const { onoff, open, sys } = machine();
  exportLine(sys, 22, 'out', 0);
  const first = open({ number: 22, ...output });
  await first.write(1);
  first.close();
  expect(onoff.level(22)).toBe('1');
  const again = open({ number: 22, ...output });
  expect(await again.read()).toBe(1);
  expect(onoff.moves).toEqual([]);
  const other = open({ number: 23, ...input });
  other.close();
  expect(onoff.isExported(23)).toBe(false);
});

test('a line that another program took away is not in place any more', () => {
  const { sys, open } = machine();
  const line = open({ number: 24, ...counting });
  expect(line.inPlace()).toBe(true);
  rmSync(join(sys, 'class/gpio/gpio24'), { recursive: true });
  expect(line.inPlace()).toBe(false);
  exportLine(sys, 24, 'in', 1);
  expect(line.inPlace()).toBe(false);
});

test('a line that cannot be set is refused, though onoff says nothing', () => {
  const { onoff, sys } = machine();
  class Stubborn extends onoff.Handle {
    override edge = () => 'none' as const;
  }
  expect(() => lineOpener(Stubborn, sys)({ number: 25, ...counting })).toThrow('cannot be made an input');
  expect(onoff.isExported(25)).toBe(false);
});

const list = `gpiochip0: GPIOs 512-569, parent: platform/fe200000.gpio, pinctrl-bcm2711:
 gpio-516 (GPIO4               |onewire@4           ) out hi
 gpio-529 (GPIO17              |                    ) in  lo
`;

test.each([
  ['EACCES', 'add this user to the group gpio'],
  ['EBUSY', 'onewire@4 holds it'],
  ['EINVAL', 'no such line'],
  ['ENOENT', 'CONFIG_GPIO_SYSFS'],
])('%s is explained', (code, words) => {
  const { open } = machine({ 516: code }, list);
  expect(() => open({ number: 516, ...input })).toThrow(words);
  expect(() => open({ number: 516, ...input })).toThrow(
    expect.objectContaining({ code: 'GATEWAY_GPIO_LINE' }) as Error,
  );
});

test('who holds a line may be unknown', () => {
  const { open } = machine({ 517: 'EBUSY', 529: 'EBUSY' }, list);
  expect(() => open({ number: 517, ...input })).toThrow('sudo gpioinfo');
  expect(() => open({ number: 529, ...input })).toThrow('sudo gpioinfo');
});
