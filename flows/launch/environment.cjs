const { resolve, join } = require('node:path');
const { FlowsError } = require('../errors.cjs');

/**
 * What the environment says about this Node-RED.
 * @typedef {object} Environment
 * @property {number} port TCP port on loopback; 0 takes any free one
 * @property {string} folder Node-RED's own folder: flows, credentials, sessions
 * @property {string} sandboxUrl without a slash at its end
 */

/**
 * Reads CITY_NODE_RED_PORT, CITY_NODE_RED_DIR (else CITY_DATA_DIR/node-red) and CITY_SANDBOX_URL.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Environment}
 * @throws {FlowsError} FLOWS_PORT_INVALID, FLOWS_SANDBOX_URL_INVALID
 */
function readEnvironment(env) {
  return {
    port: readPort(env.CITY_NODE_RED_PORT),
    folder: resolve(env.CITY_NODE_RED_DIR || join(env.CITY_DATA_DIR || '.data', 'node-red')),
    sandboxUrl: readUrl(env.CITY_SANDBOX_URL),
  };
}

/** @param {string | undefined} text */
function readPort(text) {
  if (!text) return 1880;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new FlowsError('FLOWS_PORT_INVALID', `CITY_NODE_RED_PORT is "${text}"`);
}

/** @param {string | undefined} text */
function readUrl(text) {
  const url = text || 'http://127.0.0.1:8080';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new FlowsError('FLOWS_SANDBOX_URL_INVALID', `CITY_SANDBOX_URL is "${url}"`);
  }
  return url.replace(/\/+$/, '');
}

module.exports = { readEnvironment };
