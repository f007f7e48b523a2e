import { describe, expect, it } from 'vitest';
import type { MetricState } from '../../../src/contract/index.ts';
import { keyMetric, unitText, valueText } from './units.ts';

const metric = (name: string, more: Partial<MetricState> = {}): MetricState => ({
  name,
  label: { en: name, ro: name },
  unit: null,
  type: 'number',
  low: null,
  high: null,
  intervalMs: null,
  value: 1,
  quality: 'good',
  reason: null,
  observedAt: null,
  receivedAt: null,
  source: 'live',
  ...more,
});

describe('the metric that stands for a device', () => {
  it('is what people ask for, whatever the order of the profile', () => {
    expect(keyMetric([metric('pm1'), metric('pm2_5')])?.name).toBe('pm2_5');
    expect(keyMetric([metric('voltage'), metric('active_power')])?.name).toBe('active_power');
    expect(keyMetric([metric('distance')])?.name).toBe('distance');
  });

  it('has a value where any has one', () => {
    const broken = metric('pm2_5', { value: null, quality: 'bad' });
    expect(keyMetric([broken, metric('pm1')])?.name).toBe('pm1');
    expect(keyMetric([broken])?.name).toBe('pm2_5');
    expect(keyMetric([])).toBeUndefined();
  });
});

describe('units and values', () => {
  it('are printed as people write them', () => {
    expect(unitText('ug/m3')).toBe('µg/m³');
    expect(unitText('Cel')).toBe('°C');
    expect(unitText('1')).toBe('');
    expect(unitText('kWh')).toBe('kWh');
    expect(unitText(null)).toBe('');
  });

  it('say nothing for no value', () => {
    expect(valueText(null, 'en')).toBeNull();
    expect(valueText('open', 'en')).toBe('open');
  });
});
