import {
  planReads,
  planWrite,
  type MetricValue,
  type ModbusProfile,
  type WriteRequest,
} from '@city-testbed/device-profiles';
import type { WriteOutcome } from '../driver.ts';
import type { Send } from './connection.ts';
import { sender, type Request } from './poll.ts';

/**
 * Writes one metric. Where it shares its register with others, the register is read first, so that the other bits
 * stay as they are.
 */
export async function writeMetric(
  profile: ModbusProfile,
  unit: number,
  name: string,
  value: MetricValue,
  request: Request,
): Promise<WriteOutcome> {
  const metric = profile.metrics.find((candidate) => candidate.name === name);
  if (!metric) return { ok: false, reason: 'read_only' };
  const { bit, mask, byte } = metric.register;
  let base: ArrayLike<number> | undefined;
  if (bit !== undefined || mask !== undefined || byte !== undefined) {
    const [read] = planReads(profile, [metric]);
    if (!read) return { ok: false, reason: 'read_only' };
    const now = await request(sender(unit, read));
    if (!now.ok) return now;
    base = Array.from(now.words, Number);
  }
  const plan = planWrite(profile, metric, value, base);
  if (!plan.ok) return plan;
  const reply = await request(writer(unit, plan.request));
  return reply.ok ? { ok: true } : reply;
}

function writer(unit: number, { functionCode, address, values }: WriteRequest): Send {
  return (client, done) => {
    const bits = (): boolean[] => values.map((value) => value !== 0);
    switch (functionCode) {
      case 5:
        client.writeFC5(unit, address, values[0] === 1, done);
        return;
      case 6:
        client.writeFC6(unit, address, values[0] ?? 0, done);
        return;
      case 15:
        client.writeFC15(unit, address, bits(), done);
        return;
      case 16:
        client.writeFC16(unit, address, [...values], done);
    }
  };
}
