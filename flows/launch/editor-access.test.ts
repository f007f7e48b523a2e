import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpServer } from '../test-support/http-server.ts';
import { startSessionEndpoint, type SessionEndpoint } from '../test-support/session-endpoint.ts';
import { createEditorAccess } from './editor-access.cjs';

let sandbox: SessionEndpoint;
beforeAll(async () => {
  sandbox = await startSessionEndpoint();
});
afterAll(() => sandbox.stop());

function access(sandboxUrl = sandbox.url, now?: () => number) {
  const lines: string[] = [];
  const log = (level: string, message: string) => void lines.push(`${level} ${message}`);
  const editor = createEditorAccess({ sandboxUrl, sessionSeconds: 100, log, ...(now && { now }) });
  return { editor, lines };
}

test.each([
  ['admin', '*'],
  ['engineer', '*'],
  ['staff', 'read'],
])('%s may %s', async (role, permissions) => {
  const { editor } = access();
  const user = { username: `${role}@city.example`, permissions };
  expect(await editor.authenticate(user.username, 'right')).toEqual(user);
  expect(await editor.users(user.username)).toEqual(user);
});

test.each(['vendor', 'guest', 'constructor'])('%s is refused, and not remembered', async (role) => {
  const { editor, lines } = access();
  expect(await editor.authenticate(`${role}@city.example`, 'right')).toBeNull();
  expect(await editor.users(`${role}@city.example`)).toBeNull();
  expect(lines).toEqual([`info editor: "${role}@city.example" refused (${role})`]);
});

test('each session that a check began in the sandbox is signed out, also where the role may not enter', async () => {
  const { editor } = access();
  await editor.authenticate('admin@city.example', 'right');
  await editor.authenticate('vendor@city.example', 'right');
  expect(sandbox.open.size).toBe(0);
  expect(sandbox.heard.filter(({ method }) => method === 'DELETE').length).toBeGreaterThanOrEqual(2);
});

test('a wrong password is refused, and no password is ever logged', async () => {
  const { editor, lines } = access();
  expect(await editor.authenticate('admin@city.example', 'wrong-and-secret')).toBeNull();
  expect(lines).toEqual(['info editor: "admin@city.example" refused (wrong password)']);
});

test('without a sandbox nobody enters, and the log says why', async () => {
  const gone = await startSessionEndpoint();
  await gone.stop();
  const { editor, lines } = access(gone.url);
  expect(await editor.authenticate('admin@city.example', 'right')).toBeNull();
  expect(lines[0]).toMatch(
    /^warn editor: nobody can sign in, the sandbox at .* gave no answer: connect ECONNREFUSED/,
  );
});

test.each([
  ['an error', 503, '{}', /answered 503/],
  ['a page that is no JSON', 200, '<html>', /gave no answer/],
  ['no user', 200, '{"user":null}', /names no role/],
])('a sandbox that answers with %s lets nobody in', async (_name, status, body, line) => {
  const server = await startHttpServer((_heard, response) => void response.writeHead(status).end(body));
  const { editor, lines } = access(server.url);
  expect(await editor.authenticate('admin@city.example', 'right')).toBeNull();
  expect(lines.join()).toMatch(line);
  await server.stop();
});

test('a redirect is not followed: the password goes to the sandbox alone', async () => {
  const server = await startHttpServer((_heard, response) => {
    response.writeHead(307, { location: `${sandbox.url}/api/v1/session` }).end();
  });
  expect(await access(server.url).editor.authenticate('admin@city.example', 'right')).toBeNull();
  await server.stop();
});

test('a role is remembered for the time of the session, whatever the case of the letters', async () => {
  let now = 0;
  const { editor } = access(sandbox.url, () => now);
  await editor.authenticate('Admin@city.example', 'right').catch(() => null);
  await editor.authenticate('staff@City.example ', 'right');
  now = 99_999;
  expect(await editor.users('STAFF@city.example')).toMatchObject({ permissions: 'read' });
  now = 100_000;
  expect(await editor.users('staff@city.example')).toBeNull();
  expect(await editor.users('never@city.example')).toBeNull();
});

test('what is no text is refused without asking', async () => {
  const { editor } = access();
  const before = sandbox.heard.length;
  expect(await editor.authenticate({ username: 'admin@city.example' }, 'right')).toBeNull();
  expect(sandbox.heard.length).toBe(before);
});
