import { execFileSync } from 'node:child_process';
import { createLogger, ManualClock, systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotifySocket } from '../testing/notify-socket.ts';
import { stuckParts } from './liveness.ts';
import { systemdNotify, watchdogMs, type Assignment } from './notify.ts';
import { ServiceManager, type ServiceManagerOptions } from './service-manager.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.runIf(has('systemd-notify') && has('python3'))('over a real socket', () => {
  let socket: NotifySocket;
  beforeEach(async () => {
    socket = new NotifySocket();
    await socket.open();
  });
  afterEach(() => socket.close());

  const manager = (options: Partial<ServiceManagerOptions> = {}): ServiceManager =>
    new ServiceManager({
      notify: systemdNotify({ ...process.env, NOTIFY_SOCKET: socket.path }),
      watchdogMs: 90,
      stuck: () => undefined,
      summary: () => 'all is well',
      clock: systemClock,
      log,
      ...options,
    });

  test('systemd hears that the gateway is ready, lives, reloads and stops', async () => {
    const service = manager();
    await service.start();
    await socket.heard('WATCHDOG=1', 3);
    await expect(service.reload(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await service.stop();
    await socket.heard('STOPPING=1');
    expect(socket.assignments[0]).toBe('READY=1');
    expect(socket.assignments).toContain('STATUS=all is well');
    expect(socket.assignments).toContain('RELOADING=1');
    expect(socket.assignments.some((one) => /^MONOTONIC_USEC=\d+$/.test(one))).toBe(true);
    expect(socket.assignments.filter((one) => one === 'READY=1')).toHaveLength(2);
  });

  test('a pipeline that does not move gets no sign of life until it moves again', async () => {
    let stuck: string | undefined = 'port rs485 is 5 s late';
    const service = manager({ stuck: () => stuck });
    await service.start();
    await socket.heard('STATUS=stuck: port rs485 is 5 s late', 3);
    expect(socket.assignments).not.toContain('WATCHDOG=1');
    stuck = undefined;
    await socket.heard('WATCHDOG=1');
    await service.stop();
  });
});

test('a sign of life comes at a third of the time that systemd waits', async () => {
  const told: Assignment[][] = [];
  const clock = new ManualClock();
  const notify = (assignments: readonly Assignment[]): Promise<void> => {
    told.push([...assignments]);
    return Promise.resolve();
  };
  const options = { stuck: () => undefined, summary: () => 'line 1\nline 2', clock, log };
  const service = new ServiceManager({ notify, watchdogMs: 30_000, ...options });
  await service.start();
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(29_999);
  const signs = told.filter((assignments) => assignments.includes('WATCHDOG=1'));
  expect(signs).toHaveLength(3); // at 0, 10 and 20 s
  expect(signs[0]).toEqual(['WATCHDOG=1', 'STATUS=line 1 line 2']);
  await service.stop();
  await service.stop();
  expect(told.filter((assignments) => assignments.includes('STOPPING=1'))).toHaveLength(1);
});

test('a service manager that cannot be told stops nobody', async () => {
  const notify = systemdNotify({ PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere' });
  const options = { stuck: () => undefined, summary: () => '', clock: new ManualClock(), log };
  const service = new ServiceManager({ notify, watchdogMs: 1000, ...options });
  await service.start();
  await service.stop();
});

test('without systemd nothing is told, and another process’s watchdog is not fed', () => {
  expect(systemdNotify({})).toBeUndefined();
  expect(watchdogMs({ WATCHDOG_USEC: '60000000' }, 7)).toBe(60_000);
  expect(watchdogMs({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }, 7)).toBe(60_000);
  expect(watchdogMs({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }, 7)).toBeUndefined();
  expect(watchdogMs({ WATCHDOG_USEC: 'x' }, 7)).toBeUndefined();
  expect(watchdogMs({}, 7)).toBeUndefined();
});

test('what is late is named; what has nothing to do is not late', () => {
  const idle = { name: 'outbox', dueAt: undefined };
  expect(stuckParts([idle, { name: 'port a', dueAt: 100 }], 100)).toBeUndefined();
  const late = [
    { name: 'port a', dueAt: 100 },
    { name: 'port b', dueAt: Number.NEGATIVE_INFINITY },
  ];
  expect(stuckParts([idle, ...late], 5100)).toBe('port a is 5 s late, port b stands still');
});
