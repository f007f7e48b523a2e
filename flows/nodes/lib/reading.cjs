/**
 * What a pilot hears on <prefix>/devices/<device>/readings, checked. Nothing here trusts the wire.
 * @typedef {'live' | 'replay' | 'synthetic'} Source
 * @typedef {number | string | boolean | null} Value
 * @typedef {{value: Value, unit: string | null, quality: string}} MetricReading
 *
 * @typedef {object} Readings
 * @property {string} device
 * @property {string} observedAt when it was measured: RFC 3339, as it came
 * @property {string | null} receivedAt when the testbed got it
 * @property {Source} source
 * @property {boolean} historical it waited somewhere before it came
 * @property {Map<string, MetricReading>} metrics
 */

const maxBytes = 256 * 1024;
const maxMetrics = 1000;
const sources = ['live', 'replay', 'synthetic'];

/** A message that is not what the topic promises; `reason` is short and holds nothing of the payload but names. */
class RefusedMessage extends Error {}

/**
 * @param {string} topic
 * @param {Buffer} payload
 * @returns {Readings}
 * @throws {RefusedMessage}
 */
function parseReadings(topic, payload) {
  if (payload.length > maxBytes) throw new RefusedMessage(`${payload.length} bytes, more than ${maxBytes}`);
  const body = object(parseJson(payload), 'the payload');
  const device = text(body.device, 'device');
  if (topic.split('/').at(-2) !== device) throw new RefusedMessage('the device is not the one in the topic');
  const source = text(body.source, 'source');
  if (!sources.includes(source)) throw new RefusedMessage(`source is none of ${sources.join(', ')}`);
  const entries = Object.entries(object(body.readings, 'readings'));
  if (entries.length > maxMetrics)
    throw new RefusedMessage(`${entries.length} metrics, more than ${maxMetrics}`);
  return {
    device,
    observedAt: instant(body.observedAt, 'observedAt'),
    receivedAt:
      body.receivedAt === undefined || body.receivedAt === null
        ? null
        : instant(body.receivedAt, 'receivedAt'),
    source: /** @type {Source} */ (source),
    historical: body.historical === true,
    metrics: new Map(entries.map(([name, reading]) => [name, metricReading(name, reading)])),
  };
}

/**
 * @param {string} name
 * @param {unknown} given
 * @returns {MetricReading}
 */
function metricReading(name, given) {
  const { value = null, unit = null, quality = 'good' } = object(given, name);
  if (value !== null && !['number', 'string', 'boolean'].includes(typeof value)) {
    throw new RefusedMessage(`${name} has a value that is no number, text or truth value`);
  }
  if (unit !== null && typeof unit !== 'string')
    throw new RefusedMessage(`${name} has a unit that is no text`);
  return { value: /** @type {Value} */ (value), unit, quality: text(quality, `quality of ${name}`) };
}

/** @param {Buffer} payload */
function parseJson(payload) {
  try {
    return /** @type {unknown} */ (JSON.parse(payload.toString('utf8')));
  } catch {
    throw new RefusedMessage('the payload is not JSON');
  }
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Record<string, unknown>}
 */
function object(value, what) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return /** @type {Record<string, unknown>} */ (value);
  }
  throw new RefusedMessage(`${what} is no object`);
}

/**
 * @param {unknown} value
 * @param {string} what
 */
function text(value, what) {
  if (typeof value === 'string' && value !== '' && value.length <= 256) return value;
  throw new RefusedMessage(`${what} is no text`);
}

/**
 * @param {unknown} value
 * @param {string} what
 */
function instant(value, what) {
  const found = text(value, what);
  if (/^\d{4}-\d{2}-\d{2}T/.test(found) && !Number.isNaN(Date.parse(found))) return found;
  throw new RefusedMessage(`${what} is no RFC 3339 time`);
}

module.exports = { parseReadings, RefusedMessage };
