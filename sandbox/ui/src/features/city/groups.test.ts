import { describe, expect, it } from 'vitest';
import type { Device } from '../../../../src/contract/index.ts';
import { groupDevices } from './groups.ts';

const device = (id: string, place: string): Device => ({
  id,
  name: id,
  gateway: 'gw',
  profile: null,
  location: { lat: 0, lon: 0, place },
  state: 'online',
  since: null,
  stateReason: null,
  lastSeenAt: null,
  pilots: [],
  metrics: [],
});

// Without values a lone sign is about 36 pixels wide.
const group = (placed: Parameters<typeof groupDevices>[0]) => groupDevices(placed, false);

describe('groups on the map', () => {
  it('keep apart what has room', () => {
    const groups = group([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 300, y: 0 } },
    ]);
    expect(groups.map(({ place }) => place)).toEqual(['Square', 'Park']);
  });

  it('join what would overlap, at the middle, under one name', () => {
    const groups = group([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Square'), at: { x: 10, y: 20 } },
    ]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ place: 'Square', at: { x: 5, y: 10 } });
  });

  it('leave a name out where it would cover another marker', () => {
    const groups = group([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 0, y: 40 } },
    ]);
    expect(groups.map(({ named }) => named)).toEqual([false, true]);
  });

  it('need more room where values are shown', () => {
    const placed = [
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 80, y: 0 } },
    ];
    expect(groupDevices(placed, false)).toHaveLength(2);
    expect(groupDevices(placed, true)).toHaveLength(1);
  });

  it('name every place of a mixed group', () => {
    const [mixed] = group([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 30, y: 0 } },
    ]);
    expect(mixed?.place).toBe('Square, Park');
  });
});
