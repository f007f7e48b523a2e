import { describe, expect, test } from 'vitest';
import { statusParts, troubledParts } from '../../testing/status-parts.ts';
import { gatherStatus } from '../gather.ts';
import { exposition } from './exposition.ts';
import { families } from './families.ts';

interface Parsed {
  readonly type: string;
  readonly samples: { readonly labels: Record<string, string>; readonly value: number }[];
}

/** Strict reader of the text format 0.0.4: throws at anything that the format does not allow. */
function parse(text: string): Map<string, Parsed> {
  const found = new Map<string, Parsed>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)*$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line);
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]?Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
    if (help?.[1]) {
      if (helped.has(help[1])) throw new Error(`HELP twice: ${line}`);
      helped.add(help[1]);
    } else if (type?.[1] && type[2]) {
      if (found.has(type[1])) throw new Error(`TYPE twice: ${line}`);
      if (!helped.has(type[1])) throw new Error(`TYPE before HELP: ${line}`);
      found.set(type[1], { type: type[2], samples: [] });
    } else if (sample?.[1]) {
      const family = found.get(sample[1]);
      if (!family) throw new Error(`sample without TYPE: ${line}`);
      const key = `${sample[1]}{${sample[2] ?? ''}}`;
      if (seen.has(key)) throw new Error(`the same sample twice: ${line}`);
      seen.add(key);
      family.samples.push({ labels: labelsOf(sample[2] ?? ''), value: Number(sample[3]) });
    } else throw new Error(`not a line of the format: ${line}`);
  }
  return found;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest);
    if (!pair?.[1]) throw new Error(`labels: ${rest}`);
    labels[pair[1]] = (pair[2] ?? '').replace(/\\(["\\n])/g, (_, mark: string) =>
      mark === 'n' ? '\n' : mark,
    );
    rest = rest.slice(pair[0].length);
  }
  return labels;
}

const well = gatherStatus(statusParts());
const metric = (text: string, name: string): Parsed['samples'] =>
  parse(text).get(`city_gateway_${name}`)?.samples ?? [];

describe('the metrics', () => {
  const text = exposition(families, { ...well, tail: { clients: 1, dropped: 9 } });

  test('are in the text format of Prometheus, each metric with its help and type', () => {
    const names = [...parse(text).keys()];
    expect(names).toContain('city_gateway_outbox_batches');
    expect(new Set(names).size).toBe(names.length);
    expect(() => parse(exposition(families, gatherStatus(troubledParts())))).not.toThrow();
  });

  test('name their unit, and counters end in _total', () => {
    for (const { name, type } of families) {
      expect(name).toMatch(/^city_gateway_[a-z]+[a-z_]*[a-z]$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_ms$|_kb|_percent|milli/);
    }
  });

  test('count what was lost, missed, strayed, sent again and opened again', () => {
    expect(metric(text, 'outbox_dropped_batches_total')).toContainEqual({
      labels: { cause: 'oldest' },
      value: 7,
    });
    expect(metric(text, 'device_missed_slots_total')).toContainEqual({
      labels: { device: 'meter-1', port: 'rs485', cause: 'late' },
      value: 3,
    });
    expect(metric(text, 'device_bad_values_total')).toContainEqual({
      labels: { device: 'meter-1', port: 'rs485', reason: 'no_response' },
      value: 5,
    });
    const port = { port: 'rs485', kind: 'modbus-rtu' };
    expect(metric(text, 'port_stray_frames_total')).toContainEqual({ labels: port, value: 3 });
    expect(metric(text, 'port_reopened_total')).toContainEqual({ labels: port, value: 2 });
    expect(metric(text, 'uplink_resent_batches_total')).toEqual([{ labels: {}, value: 5 }]);
    expect(metric(text, 'tail_dropped_readings_total')).toEqual([{ labels: {}, value: 9 }]);
    expect(metric(text, 'outbox_oldest_age_seconds')).toEqual([{ labels: {}, value: 4 }]);
  });

  test('give every alarm by its code, and held devices and clock jumps as numbers', () => {
    const troubled = exposition(families, gatherStatus(troubledParts()));
    expect(metric(troubled, 'alarm')).toContainEqual({
      labels: { code: 'clock_unsynced', subject: '' },
      value: 1,
    });
    expect(metric(troubled, 'uplink_held_devices')).toEqual([{ labels: {}, value: 1 }]);
    expect(metric(troubled, 'clock_jumps_total')).toEqual([{ labels: {}, value: 1 }]);
    expect(metric(troubled, 'clock_last_jump_seconds')).toEqual([{ labels: {}, value: -3600 }]);
    expect(metric(text, 'alarm')).toEqual([]);
  });
});

test('labels, help and odd numbers are escaped', () => {
  const odd = { name: 'a', type: 'gauge', help: 'back\\slash\nline' } as const;
  const samples = [
    { labels: { text: 'a "b" \\ c\nd' }, value: Number.POSITIVE_INFINITY },
    { labels: { text: '2' }, value: 1e21 },
  ];
  const text = exposition([{ ...odd, samples: () => samples }], undefined);
  expect(text).toContain('a{text="a \\"b\\" \\\\ c\\nd"} +Inf\n');
  expect(parse(text.replace('+Inf', '1')).get('a')?.samples[0]?.labels).toEqual({ text: 'a "b" \\ c\nd' });
});
