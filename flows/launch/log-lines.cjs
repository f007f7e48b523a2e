/** Node-RED's level numbers, by the names that the testbed's other processes log. */
const levels = new Map([
  [10, 'fatal'],
  [20, 'error'],
  [30, 'warn'],
  [40, 'info'],
  [50, 'debug'],
  [60, 'trace'],
]);

/**
 * One JSON line on standard error. Standard output carries the events for the launcher alone.
 * @param {string} level
 * @param {string} message
 * @param {Record<string, unknown>} [fields]
 */
function writeLog(level, message, fields = {}) {
  const line = { level, time: new Date().toISOString(), name: 'node-red', ...fields, msg: message };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/**
 * A log handler in Node-RED's sense.
 * @returns {(entry: {level: number, msg?: unknown, type?: string, id?: string, name?: string}) => void}
 */
function logHandler() {
  return ({ level, msg, type, id, name }) => {
    const text = msg instanceof Error ? (msg.stack ?? msg.message) : textOf(msg);
    writeLog(levels.get(level) ?? 'info', text.trim(), type ? { node: { type, id, name } } : {});
  };
}

/** @param {unknown} value */
function textOf(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // what refers to itself has no JSON form
  }
}

module.exports = { logHandler, writeLog };
