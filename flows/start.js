// Runs Node-RED in this process until a signal, or until the launcher that holds the other end of a channel is gone.
// Standard output carries one JSON event a line: {"event":"listening","port":1880,"url":"..."} or
// {"event":"failed","code":"FLOWS_...","message":"...","hint":"..."}. Logs go to standard error.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import errors from './errors.cjs';
import log from './launch/log-lines.cjs';

const { FlowsError, messageOf } = errors;
const { writeLog } = log;
const require = createRequire(import.meta.url);
const stopDeadlineMs = 1000;

process.on('uncaughtException', (error) => fail(error));

try {
  await run();
} catch (error) {
  fail(error);
}

async function run() {
  /** @type {ReturnType<import('./launch/create-settings.cjs')['createSettings']>} */
  const settings = require('./settings.cjs');
  /** @type {import('node:http').RequestListener} */
  let serve = (_request, response) => void response.writeHead(503, { 'retry-after': '2' }).end();
  const server = createServer((request, response) => serve(request, response));
  server.setMaxListeners(0); // Node-RED adds one for each of its sockets
  // The port first: when it is taken, that is said at once and not after loading Node-RED.
  const port = await listen(server, settings.uiPort, settings.uiHost);

  const RED = require('node-red');
  stopOnSignal(server, RED);
  RED.init(server, settings);
  await RED.start();
  serve = (request, response) => RED.httpAdmin(request, response);
  emit({ event: 'listening', port, url: `http://${settings.uiHost}:${port}/` });
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<number>} the port that it listens on
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      reject(
        error.code === 'EADDRINUSE' ? new FlowsError('FLOWS_PORT_BUSY', `${host}:${port}`, error) : error,
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      server.on('error', fail);
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
}

/**
 * @param {import('node:http').Server} server
 * @param {{stop(): Promise<void>}} RED
 */
function stopOnSignal(server, RED) {
  let stopping = false;
  const stop = async (/** @type {string} */ reason) => {
    if (stopping) process.exit(1); // asked twice: at once
    stopping = true;
    writeLog('info', `stopping: ${reason}`);
    // Not a failure: flows that will not end in time have nothing that is not sent or refused already.
    setTimeout(() => process.exit(0), stopDeadlineMs);
    server.close();
    await RED.stop();
    server.closeAllConnections();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(signal));
  // False, not undefined: there was a channel to a launcher, and it is gone already.
  if (process.connected === false) void stop('the launcher is gone');
  process.on('disconnect', () => void stop('the launcher is gone'));
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function fail(error) {
  const failure =
    error instanceof FlowsError ? error : new FlowsError('FLOWS_START_FAILED', messageOf(error), error);
  const { code, message, hint } = failure;
  writeLog('fatal', message, { code, hint, stack: error instanceof Error ? error.stack : undefined });
  emit({ event: 'failed', code, message, hint });
  process.exit(1);
}

/** @param {Record<string, unknown>} event */
function emit(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
