import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { Port } from '../model/port.ts';
import type { DriverContext } from './context.ts';
import type { Driver } from './driver.ts';

/**
 * The driver of a port. Each kind is loaded only where it is used: a box without GPIO needs no GPIO library.
 * Throws GATEWAY_DRIVER_MISSING.
 */
export async function createDriver(port: Port, context: DriverContext): Promise<Driver> {
  try {
    switch (port.kind) {
      case 'modbus-tcp':
      case 'modbus-rtu':
      case 'modbus-rtu-over-tcp': {
        const { createModbusDriver } = await import('./modbus/modbus-driver.ts');
        return createModbusDriver(port, context);
      }
      case 'serial': {
        const { createSerialDriver } = await import('./serial/serial-driver.ts');
        return createSerialDriver(port, context);
      }
      case 'gpio': {
        const { createGpioDriver } = await import('./gpio/gpio-driver.ts');
        const { openLine } = await import('./gpio/onoff-line.ts');
        return createGpioDriver(port, context, openLine);
      }
    }
  } catch (error) {
    throw gatewayError('GATEWAY_DRIVER_MISSING', `${port.kind}: ${messageOf(error).split('\n')[0] ?? ''}`, {
      cause: error,
    });
  }
}
