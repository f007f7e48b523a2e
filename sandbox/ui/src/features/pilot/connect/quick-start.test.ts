import { describe, expect, it } from 'vitest';
import { addressOf, envFile, quickStarts } from './quick-start.ts';

const connection = { mqttUrl: 'mqtts://broker.example:8884', username: 'air', prefix: 'pilots/air/live' };

describe('the quick start', () => {
  it('knows the ports of the standard', () => {
    expect(addressOf('mqtt://127.0.0.1')).toEqual({ host: '127.0.0.1', port: 1883, tls: false });
    expect(addressOf('mqtts://broker.example')).toEqual({ host: 'broker.example', port: 8883, tls: true });
    expect(addressOf('mqtts://broker.example:8884').port).toBe(8884);
    expect(addressOf('mqtt://[::1]:1884')).toEqual({ host: '::1', port: 1884, tls: false });
  });

  it('names the real address, user and prefix in every language', () => {
    for (const { code, id } of quickStarts(connection)) {
      expect(code, id).toContain('broker.example');
      expect(code, id).toContain('air');
      expect(code, id).toContain('pilots/air/live');
      expect(code, id).toContain('MQTT_PASSWORD');
    }
  });

  it('gives the command line host and port apart', () => {
    expect(quickStarts(connection)[2]?.code).toContain('-h broker.example -p 8884 ');
  });

  it('ends with a failure where the broker refuses the token', () => {
    const [node, python] = quickStarts(connection);
    expect(node?.code).toMatch(/client\.on\('error'.*process\.exit\(1\)/su);
    expect(python?.code).toMatch(/is_failure.*\n\s+sys\.exit\(f"/u);
  });

  it('turns TLS on where the address asks for it', () => {
    const python = (mqttUrl: string) => quickStarts({ ...connection, mqttUrl })[1]?.code;
    expect(python('mqtts://broker.example')).toContain('tls_set()');
    expect(python('mqtt://broker.example')).not.toContain('tls_set');
  });

  it('keeps a strange name inside its quotes', () => {
    const [node] = quickStarts({ ...connection, prefix: "a'; process.exit(); '" });
    expect(node?.code).toContain(String.raw`'a\'; process.exit(); \''`);
  });

  it('writes one setting a line', () => {
    expect(envFile({ MQTT_URL: 'mqtt://x', TOPIC_PREFIX: 'p' })).toBe('MQTT_URL=mqtt://x\nTOPIC_PREFIX=p');
  });
});
