import { maskOf } from '../decode/bytes.ts';
import { isBit, registerCount } from '../decode/registers.ts';
import { maxRegistersPerRead, maxRegistersPerReadWrite, maxRegistersPerWrite } from '../decode/reads.ts';
import type { ModbusMetric } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import { shown, type ProfileFault } from '../load/fault.ts';
import { valueFaults } from './value-rules.ts';

const lastAddress = 0xffff;

export function registerFaults(profile: ModbusProfile): ProfileFault[] {
  return [
    ...profile.metrics.flatMap((metric, at) => oneRegister(profile, metric, `metrics.${at}.register`)),
    ...overlaps(profile.metrics),
    ...(profile.quirks.maxRegisters > maxRegistersPerRead
      ? [
          {
            path: 'quirks.maxRegisters',
            found: shown(profile.quirks.maxRegisters),
            allowed: `1 to ${maxRegistersPerRead}`,
          },
        ]
      : []),
    ...readBackFaults(profile),
  ];
}

/** FC23 writes holding registers and nothing else. */
function readBackFaults({ quirks, metrics }: ModbusProfile): ProfileFault[] {
  if (quirks.readBack === 'none') return [];
  if (metrics.some(({ register, access }) => access === 'rw' && register.table === 'holding')) return [];
  return [
    {
      path: 'quirks.readBack',
      found: quirks.readBack,
      allowed: 'only where a metric with access rw stands in the holding table',
    },
  ];
}

function oneRegister(profile: ModbusProfile, metric: ModbusMetric, path: string): ProfileFault[] {
  const { register, access } = metric;
  const count = registerCount(metric);
  const faults = valueFaults(register, path);
  const refuse = (key: string, found: string, allowed: string): void => {
    faults.push({ path: `${path}.${key}`, found, allowed });
  };
  if (register.address < 0 || register.address + count - 1 > lastAddress) {
    refuse(
      'address',
      `${register.address} with ${count} register${count === 1 ? '' : 's'}`,
      `0 to ${lastAddress + 1 - count}`,
    );
  }
  if (count > profile.quirks.maxRegisters) {
    refuse(
      register.type === 'string' ? 'length' : 'type',
      `${count} registers`,
      `at most quirks.maxRegisters (${profile.quirks.maxRegisters})`,
    );
  }
  const writable = profile.quirks.readBack === 'fc23' ? maxRegistersPerReadWrite : maxRegistersPerWrite;
  if (access === 'rw' && count > writable) {
    refuse('length', `${count} registers with access rw`, `at most ${writable}: one write carries no more`);
  }
  if (isBit(register.table) !== (register.type === 'bool')) {
    refuse(
      'type',
      register.type,
      isBit(register.table) ? 'bool for a coil or discrete input' : 'anything but bool; use bit',
    );
  }
  if (register.byte !== undefined && !register.type.endsWith('int8'))
    refuse('byte', register.byte, 'only for int8, uint8');
  if (access === 'rw' && (register.table === 'discrete' || register.table === 'input')) {
    refuse('table', `${register.table} of a metric with access rw`, 'coil or holding');
  }
  return faults;
}

/** Two metrics may share a register only where they take different bits of the same one. */
function overlaps(metrics: readonly ModbusMetric[]): ProfileFault[] {
  const faults: ProfileFault[] = [];
  metrics.forEach((metric, at) => {
    const other = metrics.findIndex((earlier, before) => before < at && overlap(earlier, metric));
    if (other === -1) return;
    const { table, address } = metric.register;
    const end = address + registerCount(metric) - 1;
    faults.push({
      path: `metrics.${at}.register.address`,
      found: `${table} ${address}${end > address ? ` to ${end}` : ''}, which "${metrics[other]?.name ?? ''}" takes too`,
      allowed: 'registers of its own (or other bits of the same integer)',
    });
  });
  return faults;
}

function overlap(a: ModbusMetric, b: ModbusMetric): boolean {
  if (a.register.table !== b.register.table) return false;
  const [endA, endB] = [a.register.address + registerCount(a), b.register.address + registerCount(b)];
  if (endA <= b.register.address || endB <= a.register.address) return false;
  const aligned = a.register.address === b.register.address && endA === endB;
  return !aligned || (bitsOf(a) & bitsOf(b)) !== 0n;
}

/** The bits of its registers that a metric takes, the first register on top. */
function bitsOf(metric: ModbusMetric): bigint {
  const { register } = metric;
  const all = (1n << BigInt(registerCount(metric) * 16)) - 1n;
  if (!register.type.endsWith('int8')) return maskOf(register) ?? all;
  const own = maskOf(register) ?? 0xffn;
  return register.byte === 'high' ? own << 8n : own;
}
