import { Gpio } from 'onoff';
import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { Line, LineRequest } from './line.ts';

/** A line through sysfs, by onoff. Throws GATEWAY_GPIO_LINE with what is known of why. */
export function openLine({ number, direction, edge }: LineRequest): Line {
  try {
    const gpio = new Gpio(number, direction, edge);
    return {
      read: () => gpio.read(),
      write: (level) => gpio.write(level),
      watch: (listener) => {
        gpio.watch((error, level) => {
          if (!error) listener(level);
        });
      },
      close: () => {
        gpio.unwatchAll();
        gpio.unexport();
      },
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw gatewayError('GATEWAY_GPIO_LINE', `line ${String(number)}: ${explain(code) ?? messageOf(error)}`, {
      context: { line: number },
      cause: error,
    });
  }
}

function explain(code: string): string | undefined {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied; add this user to the group gpio';
    case 'EBUSY':
      return 'another program or a kernel driver holds it';
    case 'EINVAL':
      return 'this kernel has no such line; newer Raspberry kernels need base: 512';
    case 'ENOENT':
      return 'this kernel has no /sys/class/gpio';
    default:
      return undefined;
  }
}
