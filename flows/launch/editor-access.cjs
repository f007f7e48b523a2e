const { messageOf } = require('../errors.cjs');

/** What a role of the sandbox may do in the editor; a role that is not named here may not enter. */
const permissionsOfRole = new Map([
  ['admin', '*'],
  ['engineer', '*'],
  ['staff', 'read'],
]);

const answerTimeoutMs = 5000;
/** Whoever signed in longest ago is forgotten first, and signs in again. */
const rememberedPeople = 1000;

/**
 * @typedef {object} EditorUser
 * @property {string} username
 * @property {string} permissions
 */

/**
 * @typedef {object} Outcome of asking the sandbox
 * @property {string} [role] of the person; absent where the answer was no
 * @property {string} [fault] why no answer came
 */

/**
 * Puts the editor behind the sandbox's accounts: Node-RED's `adminAuth`. A password is checked by signing in to
 * the sandbox, and that session is signed out again at once. The role is remembered in memory for as long as a session
 * of the editor may last, so after a restart of Node-RED people sign in again.
 * Where the sandbox gives no answer nobody enters, and the log says why.
 * @param {object} options
 * @param {string} options.sandboxUrl
 * @param {number} options.sessionSeconds how long a sign-in to the editor lasts
 * @param {(level: 'info' | 'warn', message: string) => void} options.log
 * @param {() => number} [options.now] ms since the epoch
 */
function createEditorAccess({ sandboxUrl, sessionSeconds, log, now = Date.now }) {
  /** @type {Map<string, {permissions: string, until: number}>} */
  const people = new Map();
  const keyOf = (/** @type {string} */ username) => username.trim().toLowerCase();

  return {
    type: 'credentials',
    sessionExpiryTime: sessionSeconds,

    /**
     * Never rejects: Node-RED would leave the request without an answer.
     * @param {unknown} username
     * @param {unknown} password
     * @returns {Promise<EditorUser | null>}
     */
    async authenticate(username, password) {
      if (typeof username !== 'string' || typeof password !== 'string') return null;
      const { role, fault } = await askSandbox(sandboxUrl, username.trim(), password, log);
      const permissions = role === undefined ? undefined : permissionsOfRole.get(role);
      if (permissions === undefined) {
        if (fault === undefined)
          log('info', `editor: ${shown(username)} refused (${role ?? 'wrong password'})`);
        else log('warn', `editor: nobody can sign in, ${fault}`);
        return null;
      }
      const key = keyOf(username);
      people.delete(key);
      people.set(key, { permissions, until: now() + sessionSeconds * 1000 });
      for (const oldest of people.keys()) {
        if (people.size <= rememberedPeople) break;
        people.delete(oldest);
      }
      log('info', `editor: ${shown(username)} signed in as ${role}`);
      return { username, permissions };
    },

    /**
     * Asked at each request with a token of the editor.
     * @param {string} username
     * @returns {Promise<EditorUser | null>}
     */
    async users(username) {
      const person = people.get(keyOf(username));
      return person && person.until > now() ? { username, permissions: person.permissions } : null;
    },
  };
}

/**
 * @param {string} sandboxUrl
 * @param {string} email
 * @param {string} password
 * @param {(level: 'info' | 'warn', message: string) => void} log
 * @returns {Promise<Outcome>}
 */
async function askSandbox(sandboxUrl, email, password, log) {
  const url = `${sandboxUrl}/api/v1/session`;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, password }),
      redirect: 'error',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    /** @type {unknown} */
    const body = answer.ok ? await answer.json() : await answer.body?.cancel();
    const cookie = answer.headers.getSetCookie().map(nameAndValue).join('; ');
    if (cookie !== '') await signOut(url, cookie, log);
    if (answer.ok) {
      const role = roleIn(body);
      return role === undefined ? { fault: `the sandbox's answer names no role` } : { role };
    }
    // 400: no email address, or one that is too long; 401: wrong password; 403: an account that is closed.
    if ([400, 401, 403, 422].includes(answer.status)) return {};
    return { fault: `the sandbox at ${sandboxUrl} answered ${answer.status}` };
  } catch (error) {
    return { fault: `the sandbox at ${sandboxUrl} gave no answer: ${reasonOf(error)}` };
  }
}

/**
 * @param {string} url
 * @param {string} cookie
 * @param {(level: 'info' | 'warn', message: string) => void} log
 */
async function signOut(url, cookie, log) {
  try {
    const answer = await fetch(url, {
      method: 'DELETE',
      headers: { cookie },
      redirect: 'error',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) log('warn', `editor: the sandbox answered ${answer.status} to signing out`);
  } catch (error) {
    log('warn', `editor: the session of the check was not signed out: ${reasonOf(error)}`);
  }
}

/** @param {unknown} body */
function roleIn(body) {
  const user = /** @type {{user?: {role?: unknown} | null} | null} */ (body)?.user;
  return typeof user?.role === 'string' ? user.role : undefined;
}

/** @param {string} setCookie */
function nameAndValue(setCookie) {
  return setCookie.split(';', 1)[0] ?? '';
}

/**
 * fetch hides the reason ("connect ECONNREFUSED ...") in the cause.
 * @param {unknown} error
 */
function reasonOf(error) {
  return messageOf(error instanceof Error && error.cause ? error.cause : error);
}

/**
 * What somebody typed, safe to stand in one line of a log.
 * @param {string} text
 */
function shown(text) {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

module.exports = { createEditorAccess };
