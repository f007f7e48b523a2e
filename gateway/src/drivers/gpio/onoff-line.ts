import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Gpio } from 'onoff';
import { isCoded, messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import { noSysfs } from './chips.ts';
import { holderOf } from './holder.ts';
import type { Line, LineRequest, OpenLine } from './line.ts';

/** What is used of onoff's Gpio. */
export type GpioHandle = Pick<Gpio, 'write' | 'watch' | 'unwatchAll' | 'direction' | 'edge' | 'unexport'> & {
  read(): Promise<0 | 1>;
};
export type GpioConstructor = new (
  line: number,
  direction: 'in' | 'out' | 'high' | 'low',
  edge: 'both' | undefined,
  options: { readonly activeLow: boolean; readonly reconfigureDirection: boolean },
) => GpioHandle;

/**
 * Lines through sysfs, by onoff. `sys` is where sysfs is mounted.
 * A line that a crashed run left exported is taken over. An output is never given back, for that makes it an input on
 * many chips; this process keeps it for the next time that it is asked for.
 */
export function lineOpener(Handle: GpioConstructor = Gpio, sys = '/sys'): OpenLine {
  const kept = new Map<number, GpioHandle>();

  const handleOf = ({ number, direction, edge }: LineRequest): GpioHandle => {
    const before = kept.get(number);
    kept.delete(number);
    if (before && direction === 'out' && isSet(before, 'out', 'none')) return before;
    before?.unexport();
    // Without interrupts a line has no file `edge`, and onoff would look for it.
    return direction === 'in'
      ? new Handle(number, 'in', edge === 'both' ? edge : undefined, {
          activeLow: false,
          reconfigureDirection: true,
        })
      : new Handle(number, outputAsItIs(number, sys), undefined, {
          activeLow: false,
          reconfigureDirection: false,
        });
  };

  return (request) => {
    const { number, direction, edge } = request;
    try {
      const handle = handleOf(request);
      // onoff says nothing when a line that was exported already cannot be set.
      if (!isSet(handle, direction, edge)) {
        handle.unexport();
        throw fault(number, `it cannot be made an ${direction}put with edge ${edge}`);
      }
      return lineOf(handle, request, () => {
        if (direction === 'out') kept.set(number, handle);
        else handle.unexport();
      });
    } catch (error) {
      throw isCoded(error) ? error : fault(number, explain(error, number, sys), error);
    }
  };
}

/** Lines of this machine. */
export const openLine: OpenLine = lineOpener();

function lineOf(handle: GpioHandle, { direction, edge }: LineRequest, close: () => void): Line {
  return {
    read: () => handle.read(),
    write: (level) => handle.write(level),
    watch: (listener) => {
      handle.watch((error, level) => {
        if (!error) listener(level);
      });
    },
    inPlace: () => isSet(handle, direction, edge),
    close: () => {
      handle.unwatchAll();
      close();
    },
  };
}

function isSet(handle: GpioHandle, direction: 'in' | 'out', edge: 'none' | 'both'): boolean {
  try {
    return handle.direction() === direction && (edge === 'none' || handle.edge() === edge);
  } catch {
    // Its files are gone: someone gave the line back.
    return false;
  }
}

/** How to make a line an output without a change of its level: exporting it shows what it is now. */
function outputAsItIs(number: number, sys: string): 'out' | 'high' | 'low' {
  const folder = join(sys, `class/gpio/gpio${String(number)}`);
  if (!existsSync(folder)) writeFileSync(join(sys, 'class/gpio/export'), String(number));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').trim();
  if (read('direction') === 'out') return 'out';
  return (read('value') === '1') !== (read('active_low') === '1') ? 'high' : 'low';
}

function fault(number: number, why: string, cause?: unknown): Error {
  return gatewayError('GATEWAY_GPIO_LINE', `line ${String(number)}: ${why}`, {
    context: { line: number },
    ...(cause === undefined ? {} : { cause }),
  });
}

function explain(error: unknown, number: number, sys: string): string {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied; add this user to the group gpio: sudo usermod -aG gpio <user>, then log in anew';
    case 'EBUSY': {
      const holder = holderOf(number, sys);
      return holder === undefined
        ? 'another program or a kernel driver holds it; sudo gpioinfo shows which'
        : `${holder} holds it`;
    }
    case 'EINVAL':
      return 'this kernel has no such line; leave `base` out to have it looked up';
    case 'ENOENT':
      return typeof path === 'string' && path.endsWith('/edge')
        ? 'its chip gives no interrupts, so that it cannot count'
        : noSysfs(sys);
    default:
      return messageOf(error);
  }
}
