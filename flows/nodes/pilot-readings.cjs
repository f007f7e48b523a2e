const { parseReadings, RefusedMessage } = require('./lib/reading.cjs');
const { shownAge, troubleOf } = require('./lib/status.cjs');
const { readingsFilter } = require('./lib/topics.cjs');

/** How often the age below the node moves on, and how often one may complain about what was refused. */
const ageEveryMs = 10_000;
const statusEveryMs = 1000;
const complainEveryMs = 60_000;

/**
 * Readings of a pilot's devices, one message a value (or one a device). See locales/en-US/pilot-readings.html for the message.
 * @param {import('./node-red.d.ts').RedApi} RED
 */
module.exports = function pilotReadings(RED) {
  /**
   * @this {import('./node-red.d.ts').RedNode}
   * @param {{connection: string, device?: string, metric?: string, emit?: 'metric' | 'device', skipBad?: boolean}} config
   */
  function PilotReadings(config) {
    RED.nodes.createNode(this, config);
    const city = /** @type {import('./node-red.d.ts').CityConnectionNode | null} */ (
      RED.nodes.getNode(config.connection)
    );
    const connection = city?.connection;
    const metric = (config.metric ?? '').trim();
    const skipBad = config.skipBad !== false;
    let filter = '';
    /** @type {{device: string, at: number} | undefined} */
    let last;
    let shownAt = 0;
    let refused = 0;
    let complainedAt = -Infinity;

    const show = () => {
      shownAt = Date.now();
      const trouble = troubleOf(city);
      if (trouble) this.status(trouble);
      else if (connection?.isRefused(filter)) {
        this.status({ fill: 'red', shape: 'dot', text: 'pilot-readings.status.refused' });
      } else if (!last) this.status({ fill: 'green', shape: 'ring', text: 'pilot-readings.status.waiting' });
      else {
        const age = shownAge(shownAt - last.at);
        const doubts = refused > 0 ? ` · ${refused} ✗` : '';
        this.status({ fill: 'green', shape: 'dot', text: `${last.device} · ${age}${doubts}` });
      }
    };

    /**
     * @param {string} topic
     * @param {Buffer} payload
     */
    const take = (topic, payload) => {
      try {
        const readings = parseReadings(topic, payload);
        for (const message of messagesOf(readings, { metric, skipBad, whole: config.emit === 'device' })) {
          this.send({ topic, ...message });
        }
        last = { device: readings.device, at: Date.now() };
      } catch (error) {
        if (!(error instanceof RefusedMessage)) throw error;
        refused += 1;
        if (Date.now() - complainedAt >= complainEveryMs) {
          complainedAt = Date.now();
          this.warn(`${topic}: ${error.message} (${refused} refused so far)`);
        }
      }
      if (Date.now() - shownAt >= statusEveryMs) show();
    };

    let unsubscribe = () => {};
    try {
      filter = readingsFilter(city?.prefix ?? '', (config.device ?? '').trim());
      if (connection) unsubscribe = connection.subscribe(filter, take);
      connection?.on('state', show);
      show();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.error(problem);
      this.status({ fill: 'red', shape: 'dot', text: problem });
    }
    const ages = setInterval(show, ageEveryMs);

    this.on('close', (done) => {
      clearInterval(ages);
      connection?.off('state', show);
      unsubscribe();
      done();
    });
  }

  RED.nodes.registerType('pilot readings', /** @type {any} */ (PilotReadings));
};

/**
 * @param {import('./lib/reading.cjs').Readings} readings
 * @param {{metric: string, skipBad: boolean, whole: boolean}} wanted
 * @returns {import('./node-red.d.ts').Message[]}
 */
function messagesOf({ metrics, ...common }, { metric, skipBad, whole }) {
  const chosen = [...metrics].filter(
    ([name, { quality }]) => (metric === '' || name === metric) && (!skipBad || quality === 'good'),
  );
  if (whole) return chosen.length === 0 ? [] : [{ ...common, payload: Object.fromEntries(chosen) }];
  return chosen.map(([name, { value, unit, quality }]) => ({
    ...common,
    metric: name,
    payload: value,
    unit,
    quality,
  }));
}
