import { parseConfig } from '@city-testbed/runtime/config';
import { describe, expect, it } from 'vitest';
import { planGateway } from './load.ts';
import { GatewayConfig } from './schema.ts';

function planned(metrics: string): ReturnType<typeof planGateway> {
  const text = `
id: gw-1
site: baia-mare
ports: [{ id: header, kind: gpio }]
devices:
  - { id: rain, profile: sparkfun/rain-gauge, port: header, pins: { rainfall: 17 }, metrics: ${metrics} }
uplink: { url: 'mqtt://broker' }
`;
  return planGateway(parseConfig({ schema: GatewayConfig, file: 'test', envPrefix: 'NONE', text }), '.');
}

const paths = (metrics: string): string[] => planned(metrics).faults.map(({ path }) => path);

describe('derived metrics of a device', () => {
  it('stand with the others, at the pace of their window', () => {
    expect(planned('{}').devices[0]?.metrics).toMatchObject([
      { name: 'rainfall', intervalMs: 60_000 },
      {
        name: 'rain_intensity',
        unit: 'mm/h',
        datatype: 'Double',
        low: 0,
        intervalMs: 600_000,
        writable: false,
      },
    ]);
  });

  it('are off with their source, or by themselves', () => {
    const names = (metrics: string) => planned(metrics).devices[0]?.metrics.map(({ name }) => name);
    expect(names('{ rain_intensity: { enabled: false } }')).toEqual(['rainfall']);
    expect(paths('{ rainfall: { enabled: false } }')).toEqual(['devices.0.metrics']);
  });

  it('have no interval of their own, and their source must fit into their window', () => {
    expect(paths('{ rain_intensity: { intervalMs: 1000 } }')).toEqual([
      'devices.0.metrics.rain_intensity.intervalMs',
    ]);
    expect(paths('{ rainfall: { intervalMs: 900000 } }')).toEqual(['devices.0.metrics.rainfall.intervalMs']);
  });
});

describe('report by exception', () => {
  it('has ten intervals as its longest silence where nothing is said', () => {
    expect(planned('{ rainfall: { deadband: 0.1 } }').devices[0]?.metrics[0]).toMatchObject({
      deadband: 0.1,
      maxSilenceMs: 600_000,
    });
    expect(planned('{}').devices[0]?.metrics[0]).not.toHaveProperty('deadband');
  });

  it('is refused with a silence but no deadband, or a silence within the interval', () => {
    const path = ['devices.0.metrics.rainfall.maxSilenceMs'];
    expect(paths('{ rainfall: { maxSilenceMs: 600000 } }')).toEqual(path);
    expect(paths('{ rainfall: { deadband: 1, maxSilenceMs: 1000 } }')).toEqual(path);
  });
});
