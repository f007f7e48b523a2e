const { dirname, join } = require('node:path');
const { createEditorAccess } = require('./editor-access.cjs');
const { readEnvironment } = require('./environment.cjs');
const { logHandler, writeLog } = require('./log-lines.cjs');
const { prepareUserFolder } = require('./user-folder.cjs');

const home = dirname(__dirname);

/**
 * Core nodes that are left out. Some open a door of their own beside the testbed's accounts (ports, endpoints without
 * sign-in), some reach the machine itself (commands, files), the parsers of HTML and XML are heavy and no flow needs them.
 */
const nodesExcludes = [
  '21-httpin.js',
  '22-websocket.js',
  '31-tcpin.js',
  '32-udp.js',
  '90-exec.js',
  '10-file.js',
  '23-watch.js',
  '70-HTML.js',
  '70-XML.js',
];

/** A working day: after it people sign in again, and a role that was taken away is gone for certain. */
const sessionSeconds = 8 * 3600;

/**
 * Node-RED's settings for the testbed (https://nodered.org/docs/user-guide/runtime/configuration).
 * @param {NodeJS.ProcessEnv} env
 * @throws {import('../errors.cjs').FlowsError}
 */
function createSettings(env) {
  const { port, folder, sandboxUrl } = readEnvironment(env);
  const { flowFile, credentialSecret } = prepareUserFolder(folder, join(home, 'dust-alert/flow.json'));
  return {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir: folder,
    flowFile,
    flowFilePretty: true,
    credentialSecret,
    nodesDir: home,
    nodesExcludes,

    adminAuth: createEditorAccess({ sandboxUrl, sessionSeconds, log: writeLog }),
    httpAdminRoot: '/',
    httpAdminMiddleware: guardEditor,
    // Flows have no HTTP endpoints: they would stand beside the testbed's accounts.
    httpNodeRoot: false,

    // Nothing is fetched from the net: what runs here is what was installed with the testbed.
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
      modules: { allowInstall: false },
    },
    telemetry: { enabled: false, updateNotification: false },
    functionExternalModules: false,
    functionGlobalContext: {},
    exportGlobalContextKeys: false,
    // A Function node in an endless loop would stop every flow.
    globalFunctionTimeout: 10,
    nodeMessageBufferMaxLength: 1000,
    debugMaxLength: 1000,
    httpRequestTimeout: 15_000,
    runtimeState: { enabled: false, ui: false },
    diagnostics: { enabled: true, ui: true },

    logging: {
      console: { level: 'off', metrics: false, audit: false },
      lines: { level: 'info', metrics: false, audit: false, handler: logHandler },
    },

    editorTheme: {
      page: { title: 'City testbed: flows' },
      header: { title: 'City testbed: flows', url: sandboxUrl },
      login: {},
      tours: false,
      userMenu: true,
      palette: {
        catalogues: [],
        categories: [
          'city testbed',
          'subflows',
          'common',
          'function',
          'network',
          'sequence',
          'parser',
          'storage',
        ],
      },
      projects: { enabled: false },
      multiplayer: { enabled: true },
      codeEditor: { lib: 'monaco' },
    },
  };
}

/**
 * Node-RED lets pages of any origin read its admin API; nothing here needs that, nor a frame around the editor.
 * @param {unknown} _request
 * @param {import('node:http').ServerResponse} response
 * @param {() => void} next
 */
function guardEditor(_request, response, next) {
  response.removeHeader('Access-Control-Allow-Origin');
  response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
  next();
}

module.exports = { createSettings };
