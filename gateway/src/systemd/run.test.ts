import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NotifySocket } from '../testing/notify-socket.ts';

const possible = ['systemd-notify', 'python3'].every((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

test.runIf(possible)(
  'a gateway under systemd tells of its start, its life, its reloads and its end',
  async () => {
    const socket = new NotifySocket();
    await socket.open();
    const config = join(mkdtempSync(join(tmpdir(), 'city-systemd-')), 'gateway.yaml');
    writeFileSync(
      config,
      `
id: gw-1
site: baia-mare
logLevel: silent
ports: [{ id: line, kind: modbus-tcp, host: 127.0.0.1, port: 1 }]
devices: [{ id: meter-1, profile: eastron/sdm120, port: line }]
uplink: { url: 'mqtt://127.0.0.1:1' }
`,
    );
    const main = new URL('../../dist/main.js', import.meta.url).pathname;
    const gateway = spawn(process.execPath, [main, 'run', '--config', config], {
      env: { ...process.env, NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '600000' },
      stdio: 'ignore',
    });
    const ended = once(gateway, 'exit');
    await socket.heard('READY=1');
    await socket.heard('WATCHDOG=1', 3);
    gateway.kill('SIGHUP');
    await socket.heard('RELOADING=1');
    await socket.heard('READY=1', 2);
    gateway.kill('SIGTERM');
    await socket.heard('STOPPING=1');
    expect(await ended).toEqual([0, null]);
    const status = socket.assignments.find(
      (assignment) => assignment.startsWith('STATUS=') && assignment.includes('uplink'),
    );
    expect(status).toMatch(/of 1 devices answer, \d+ batches wait, uplink/);
    await socket.close();
  },
  60_000,
);
