const { SustainedThreshold } = require('./lib/sustained-threshold.cjs');

const minute = 60_000;
const maxSeries = 1000;

/**
 * One alert when a value stays above a threshold for long enough, one more when that is over. The rules: lib/sustained-threshold.cjs.
 * @param {import('./node-red.d.ts').RedApi} RED
 */
module.exports = function sustainedThreshold(RED) {
  /**
   * @this {import('./node-red.d.ts').RedNode}
   * @param {Record<'above' | 'clearBelow' | 'minutes' | 'gapMinutes' | 'lateMinutes', number | string>} config
   */
  function SustainedThresholdNode(config) {
    RED.nodes.createNode(this, config);
    /** @type {SustainedThreshold | undefined} */
    let rule;
    let problem = '';
    try {
      rule = new SustainedThreshold({
        above: numberOf(config.above),
        clearBelow: numberOf(config.clearBelow),
        durationMs: numberOf(config.minutes) * minute,
        maxGapMs: numberOf(config.gapMinutes) * minute,
        maxLateMs: numberOf(config.lateMinutes) * minute,
        maxSeries,
      });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      this.error(problem);
    }

    let shown = '';
    const show = () => {
      const text = rule ? `▲ ${rule.alerts} / ${rule.series}` : problem;
      if (text === shown) return;
      shown = text;
      if (!rule) this.status({ fill: 'red', shape: 'dot', text });
      else
        this.status({
          fill: rule.alerts > 0 ? 'red' : 'green',
          shape: rule.alerts > 0 ? 'dot' : 'ring',
          text,
        });
    };

    this.on('input', (message, send, done) => {
      try {
        if (!rule) throw new Error(problem);
        if (message.reset === true) rule.reset();
        else {
          const { alert } = rule.take(readingIn(message));
          if (alert) send({ ...message, topic: alert.device, payload: alert });
        }
        show();
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
    show();
  }

  RED.nodes.registerType('sustained threshold', /** @type {any} */ (SustainedThresholdNode));
};

/**
 * A message of `pilot readings` with one value.
 * @param {import('./node-red.d.ts').Message} message
 * @returns {import('./lib/sustained-threshold.cjs').Reading}
 */
function readingIn(message) {
  const {
    device,
    metric,
    payload,
    unit,
    quality = 'good',
    observedAt,
    receivedAt,
    source = 'live',
  } = message;
  if (typeof device !== 'string' || typeof metric !== 'string')
    throw new Error('msg.device or msg.metric is missing');
  if (typeof quality !== 'string' || typeof source !== 'string')
    throw new Error('msg.quality or msg.source is no text');
  return {
    device,
    metric,
    value: payload,
    unit: typeof unit === 'string' ? unit : null,
    quality,
    observedAt: instant(observedAt, 'observedAt'),
    receivedAt: receivedAt === undefined || receivedAt === null ? null : instant(receivedAt, 'receivedAt'),
    source,
    historical: message.historical === true,
  };
}

/**
 * @param {unknown} value RFC 3339
 * @param {string} name
 */
function instant(value, name) {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw new Error(`msg.${name} is no time`);
  return ms;
}

/** @param {number | string} value as the editor or an environment variable gives it */
function numberOf(value) {
  return value === '' ? NaN : Number(value);
}
