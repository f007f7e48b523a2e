import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSettings } from './create-settings.cjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flows-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new folder gets the dust alert and a secret of its own; both stay as they are from then on', () => {
  const env = { CITY_NODE_RED_DIR: join(folder, 'new') };
  const first = createSettings(env);
  const flows = join(env.CITY_NODE_RED_DIR, 'flows.json');
  expect(readFileSync(flows, 'utf8')).toContain('sustained threshold');
  expect(first.credentialSecret).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(join(env.CITY_NODE_RED_DIR, 'credential-secret')).mode & 0o777).toBe(0o600);

  writeFileSync(flows, '[]');
  expect(createSettings(env).credentialSecret).toBe(first.credentialSecret);
  expect(readFileSync(flows, 'utf8')).toBe('[]');
});

test('loopback only, nothing from the net, no endpoints beside the accounts', () => {
  const settings = createSettings({ CITY_NODE_RED_DIR: folder, CITY_NODE_RED_PORT: '0' });
  expect(settings).toMatchObject({
    uiHost: '127.0.0.1',
    uiPort: 0,
    userDir: folder,
    httpNodeRoot: false,
    functionExternalModules: false,
    telemetry: { enabled: false, updateNotification: false },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
      modules: { allowInstall: false },
    },
    editorTheme: { palette: { catalogues: [] } },
  });
});

test.each([
  [{ CITY_NODE_RED_PORT: '80800' }, 'FLOWS_PORT_INVALID', /CITY_NODE_RED_PORT is "80800"/],
  [{ CITY_NODE_RED_PORT: 'x' }, 'FLOWS_PORT_INVALID', /"x"/],
  [{ CITY_SANDBOX_URL: 'sandbox:80' }, 'FLOWS_SANDBOX_URL_INVALID', /CITY_SANDBOX_URL is "sandbox:80"/],
])('%j is refused with a code', (env, code, message) => {
  const create = () => createSettings({ CITY_NODE_RED_DIR: folder, ...env });
  expect(create).toThrow(expect.objectContaining({ code }));
  expect(create).toThrow(message);
});

test('a folder that is none, or a secret that was emptied, is a fault and not a reason to start over', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const fault = expect.objectContaining({ code: 'FLOWS_FOLDER_UNUSABLE' }) as Error;
  expect(() => createSettings({ CITY_NODE_RED_DIR: file })).toThrow(fault);
  writeFileSync(join(folder, 'credential-secret'), '\n');
  expect(() => createSettings({ CITY_NODE_RED_DIR: folder })).toThrow(fault);
});
