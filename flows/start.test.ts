import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSessionEndpoint, type SessionEndpoint } from './test-support/session-endpoint.ts';

// Real processes and sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const program = fileURLToPath(new URL('./start.js', import.meta.url));
let folder: string;
let sandbox: SessionEndpoint;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flows-start-'));
  sandbox = await startSessionEndpoint();
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly process: ChildProcess;
  readonly event: Record<string, unknown>;
}

/** Starts Node-RED and waits for its first line on standard output. */
async function start(env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      CITY_NODE_RED_PORT: '0',
      CITY_NODE_RED_DIR: join(folder, 'node-red'),
      CITY_SANDBOX_URL: sandbox.url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { process: child, event: JSON.parse(line) as Record<string, unknown> };
}

async function exitOf({ process: child }: Started): Promise<unknown> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

type Editor = ReturnType<typeof editorAt>;

/** What the editor in a browser does. */
function editorAt(url: string) {
  const ask = (path: string, token?: string, init: RequestInit = {}) =>
    fetch(new URL(path, url), {
      ...init,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
    });
  const post = (path: string, token: string | undefined, body: unknown) =>
    ask(path, token, { method: 'POST', body: JSON.stringify(body) });
  return {
    ask,
    deploy: (token: string, flows: object[]) => post('flows', token, flows),
    signIn: async (username: string, password = 'right'): Promise<string | undefined> => {
      const client = { client_id: 'node-red-editor', grant_type: 'password', scope: '' };
      const answer = await post('auth/token', undefined, { ...client, username, password });
      const body = (await answer.json()) as { access_token?: string };
      expect(answer.status).toBe(body.access_token === undefined ? 403 : 200);
      return body.access_token;
    },
  };
}

describe('a Node-RED that runs', () => {
  let running: Started;
  let url: string;
  beforeAll(async () => {
    running = await start();
    url = String(running.event['url']);
  });
  afterAll(async () => {
    const exited = exitOf(running);
    running.process.kill('SIGTERM');
    await exited;
  });

  const ask: Editor['ask'] = (...given) => editorAt(url).ask(...given);
  const signIn: Editor['signIn'] = (...given) => editorAt(url).signIn(...given);
  const deploy: Editor['deploy'] = (...given) => editorAt(url).deploy(...given);

  test('says where it listens', () => {
    const { port } = running.event;
    expect(running.event).toEqual({ event: 'listening', port, url: `http://127.0.0.1:${String(port)}/` });
  });

  test('without signing in there is the sign-in page and nothing else', async () => {
    expect((await ask('')).status).toBe(200);
    for (const path of ['flows', 'nodes', 'settings', 'diagnostics'])
      expect((await ask(path)).status).toBe(401);
  });

  test.each(['admin', 'engineer'])('%s may read and deploy', async (role) => {
    const token = (await signIn(`${role}@city.example`))!;
    const flows = (await (await ask('flows', token)).json()) as { type: string }[];
    expect(flows.map(({ type }) => type)).toContain('sustained threshold');
    expect((await deploy(token, flows)).status).toBe(204);
    expect(sandbox.open.size).toBe(0);
  });

  test('staff may look and not touch', async () => {
    const token = (await signIn('staff@city.example'))!;
    expect((await ask('flows', token)).status).toBe(200);
    expect((await deploy(token, [])).status).toBe(401);
  });

  test('a vendor, and a wrong password, are refused', async () => {
    expect(await signIn('vendor@city.example')).toBeUndefined();
    expect(await signIn('admin@city.example', 'wrong')).toBeUndefined();
    expect(sandbox.open.size).toBe(0);
  });

  test('the palette has the city nodes, in both languages, and none that opens a door or runs a command', async () => {
    const token = (await signIn('admin@city.example'))!;
    const sets = (await (await ask('nodes', token)).json()) as {
      types: string[];
      err?: string;
      enabled: boolean;
    }[];
    expect(sets.filter(({ err }) => err !== undefined)).toEqual([]);
    const types = sets.flatMap((set) => set.types);
    expect(types).toEqual(
      expect.arrayContaining(['city-connection', 'pilot readings', 'sustained threshold', 'pilot output']),
    );
    for (const type of ['exec', 'http in', 'websocket in', 'tcp in', 'udp in', 'file', 'watch']) {
      expect(types).not.toContain(type);
    }
    const label = async (lng: string) =>
      (
        (await (await ask(`nodes/messages?lng=${lng}`, token)).json()) as Record<
          string,
          Record<string, unknown>
        >
      )['@city-testbed/flows/pilot-output'];
    expect(await label('en-US')).toMatchObject({ 'pilot-output': { label: { output: 'Output' } } });
    expect(await label('ro-RO')).toMatchObject({ 'pilot-output': { label: { output: 'Rezultat' } } });
  });

  test('nothing can be installed from the editor', async () => {
    const token = (await signIn('admin@city.example'))!;
    const answer = await ask('nodes', token, {
      method: 'POST',
      body: JSON.stringify({ module: 'node-red-node-base64' }),
    });
    expect(answer.status).toBe(404); // there is no such route at all
  });

  test('pages of other origins may not read the admin API', async () => {
    const answer = await ask('auth/login');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

test('what people edited, and what they entered, is there after a restart', async () => {
  const dir = join(folder, 'kept');
  const first = await start({ CITY_NODE_RED_DIR: dir });
  const editor = editorAt(String(first.event['url']));
  const token = (await editor.signIn('engineer@city.example'))!;
  const flows = [
    { id: 'tab1', type: 'tab', label: 'Mine' },
    { id: 'city', type: 'city-connection', prefix: 'pilots/mine/live', credentials: { password: 'ctb_1' } },
  ];
  expect((await editor.deploy(token, flows)).status).toBe(204);
  const exited = exitOf(first);
  first.process.kill('SIGTERM');
  expect(await exited).toBe(0);

  const second = await start({ CITY_NODE_RED_DIR: dir });
  const again = editorAt(String(second.event['url']));
  expect((await again.ask('flows', token)).status).toBe(401); // who may enter is asked anew
  const next = (await again.signIn('engineer@city.example'))!;
  expect(await (await again.ask('flows', next)).json()).toMatchObject([{ label: 'Mine' }, { id: 'city' }]);
  const credentials = await again.ask('credentials/city-connection/city', next);
  expect(await credentials.json()).toEqual({ has_password: true }); // and is never given out
  second.process.kill('SIGTERM');
  await exitOf(second);
});

test('a taken port: one line that names it and the variable, and exit 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const started = await start({ CITY_NODE_RED_PORT: String(port), CITY_NODE_RED_DIR: join(folder, 'busy') });
  expect(await exitOf(started)).toBe(1);
  expect(started.event).toMatchObject({ event: 'failed', code: 'FLOWS_PORT_BUSY' });
  expect(started.event['message']).toContain(`127.0.0.1:${port}`);
  expect(started.event['hint']).toContain('CITY_NODE_RED_PORT');
  other.close();
});

test('it ends when its launcher is gone', async () => {
  const started = await start({ CITY_NODE_RED_DIR: join(folder, 'orphan') });
  const exited = exitOf(started);
  started.process.disconnect();
  expect(await exited).toBe(0);
});
