import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrantMap } from './grant-map.ts';

const names = ['x', 'y', 'z'];
const grant = fc.record({
  device: fc.constantFrom('a', 'b'),
  metrics: fc.option(fc.subarray(names), { nil: null }),
});
const pilots = fc.uniqueArray(
  fc.record({ pilot: fc.constantFrom('p', 'q', 'r', 's'), grants: fc.array(grant, { maxLength: 4 }) }),
  {
    selector: ({ pilot }) => pilot,
  },
);

it('gives each pilot once for each device, with exactly what its grants name together', () => {
  fc.assert(
    fc.property(pilots, (active) => {
      const map = new GrantMap(active);
      for (const device of ['a', 'b', 'none']) {
        const audiences = map.audiences(device);
        for (const { pilot, grants } of active) {
          const own = grants.filter((each) => each.device === device);
          const heard = audiences.filter((audience) => audience.pilots.includes(pilot));
          expect(heard).toHaveLength(own.length === 0 ? 0 : 1);
          expect(map.grants(pilot, device)).toBe(own.length > 0);
          for (const name of names) {
            const granted = own.some(({ metrics }) => metrics === null || metrics.includes(name));
            expect(heard.some(({ metrics }) => metrics === null || metrics.has(name))).toBe(granted);
          }
        }
      }
    }),
  );
});

it('writes a message once for pilots that see the same', () => {
  const map = new GrantMap([
    { pilot: 'p', grants: [{ device: 'a', metrics: ['x', 'y'] }] },
    {
      pilot: 'q',
      grants: [
        { device: 'a', metrics: ['y'] },
        { device: 'a', metrics: ['x'] },
      ],
    },
    { pilot: 'r', grants: [{ device: 'a', metrics: null }] },
  ]);
  expect(map.audiences('a').map((audience) => audience.pilots)).toEqual([['p', 'q'], ['r']]);
});
