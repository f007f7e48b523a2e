import type { MetricValue, ModbusMetric, ModbusProfile, WriteRequest } from '@city-testbed/device-profiles';
import { decodeRegisters, planReads, planWrite } from '@city-testbed/device-profiles/decode';
import type { WriteOutcome } from '../driver.ts';
import type { Send } from './connection.ts';
import { sender, type Request } from './poll.ts';

/**
 * Writes one metric. Where it shares its register with others, the register is read first, so that the other bits
 * stay as they are. A write is never repeated by itself: a relay may count pulses.
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
  if (!reply.ok) return reply;
  return plan.request.functionCode === 23
    ? compared(metric, plan.request.values, Array.from(reply.words, Number))
    : { ok: true };
}

/** What the device holds after an FC23 exchange, and whether it is what it was told. */
function compared(metric: ModbusMetric, told: readonly number[], holds: readonly number[]): WriteOutcome {
  const [meant, decoded] = [decodeRegisters(metric, told), decodeRegisters(metric, holds)];
  const value = decoded.ok ? { value: decoded.value } : {};
  const same = meant.ok && decoded.ok && Object.is(meant.value, decoded.value);
  return same ? { ok: true, ...value } : { ok: false, reason: 'read_back_differs', ...value };
}

function writer(unit: number, { functionCode, address, values }: WriteRequest): Send {
  return (client, done) => {
    const words = [...values];
    switch (functionCode) {
      case 5:
        client.writeFC5(unit, address, words[0] === 1, done);
        return;
      case 6:
        client.writeFC6(unit, address, words[0] ?? 0, done);
        return;
      case 15:
        client.writeFC15(
          unit,
          address,
          words.map((word) => word !== 0),
          done,
        );
        return;
      case 16:
        client.writeFC16(unit, address, words, done);
        return;
      case 23:
        client.writeFC23(unit, address, words.length, address, words.length, words, done);
    }
  };
}
