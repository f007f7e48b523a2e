import { byteWidth, ordersOf } from '../decode/bytes.ts';
import type { ValueFormat } from '../format/value.ts';
import { shown, type ProfileFault } from '../load/fault.ts';

/** Rules shared by registers and frame fields: letters, bits and scales that fit the type. */
export function valueFaults(format: ValueFormat, path: string): ProfileFault[] {
  const { type } = format;
  const integer = /^u?int/.test(type);
  const bits = type === 'string' ? 0 : byteWidth(type, 0) * 8;
  const faults: ProfileFault[] = [...orderFaults(format, path)];
  const refuse = (key: string, found: unknown, allowed: string): void => {
    faults.push({ path: `${path}.${key}`, found: shown(found), allowed });
  };
  if (format.bit !== undefined) {
    if (!integer || format.bit >= bits)
      refuse('bit', format.bit, integer ? `0 to ${bits - 1} for ${type}` : 'an integer type');
    if (format.mask !== undefined) refuse('mask', format.mask, 'either a bit or a mask');
    if (format.enum) refuse('enum', format.enum, 'a mask for an enum; a bit is true or false');
  }
  if (format.mask !== undefined && (!integer || format.mask >= 2 ** bits)) {
    refuse('mask', format.mask, integer ? `a mask of at most ${bits} bits for ${type}` : 'an integer type');
  }
  if (format.enum && !integer) refuse('enum', format.enum, 'an integer type');
  const plain = type === 'string' || type === 'bool' || format.enum !== undefined || format.bit !== undefined;
  for (const key of ['scale', 'offset'] as const) {
    if (plain && format[key] !== undefined) refuse(key, format[key], 'nothing: this value is no number');
  }
  if (format.scale === 0) refuse('scale', 0, 'any number but 0');
  if (type === 'string' && format.length === undefined)
    refuse('length', undefined, 'the length of the string');
  if (type !== 'string' && format.length !== undefined) refuse('length', format.length, 'only for a string');
  if (format.invalid && (type === 'string' || type === 'bool')) {
    refuse('invalid', format.invalid, 'nothing: markers are for numbers');
  }
  return faults;
}

function orderFaults({ type, order }: ValueFormat, path: string): ProfileFault[] {
  if (order === undefined) return [];
  const allowed = type === 'string' ? ordersOf(2) : ordersOf(byteWidth(type, 0));
  if (allowed.includes(order)) return [];
  return [
    {
      path: `${path}.order`,
      found: order,
      allowed: allowed.length === 0 ? `nothing: ${type} is one byte` : `${allowed.join(', ')} for ${type}`,
    },
  ];
}
