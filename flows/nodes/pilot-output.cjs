const { troubleOf } = require('./lib/status.cjs');
const { outputTopic } = require('./lib/topics.cjs');

const defaultMaxBytes = 65_536;

/**
 * Publishes msg.payload as JSON on <prefix>/out/<name>; a message is done when the broker has it.
 * @param {import('./node-red.d.ts').RedApi} RED
 */
module.exports = function pilotOutput(RED) {
  /**
   * @this {import('./node-red.d.ts').RedNode}
   * @param {{connection: string, output?: string, maxBytes?: number | string}} config
   */
  function PilotOutput(config) {
    RED.nodes.createNode(this, config);
    const city = /** @type {import('./node-red.d.ts').CityConnectionNode | null} */ (
      RED.nodes.getNode(config.connection)
    );
    const connection = city?.connection;
    const name = (config.output ?? '').trim();
    const maxBytes = Number(config.maxBytes) || defaultMaxBytes;
    let sent = 0;
    let failed = 0;

    const show = () => {
      const trouble = troubleOf(city);
      const pending = connection?.pending ?? 0;
      if (trouble)
        this.status(pending > 0 ? { ...trouble, text: `${trouble.text ?? ''} · ${pending} …` } : trouble);
      else if (sent + failed + pending === 0) {
        this.status({ fill: 'green', shape: 'dot', text: 'node-red:common.status.connected' });
      } else {
        const parts = [
          `${sent} ✓`,
          ...(pending > 0 ? [`${pending} …`] : []),
          ...(failed > 0 ? [`${failed} ✗`] : []),
        ];
        this.status({ fill: failed > 0 ? 'yellow' : 'green', shape: 'dot', text: parts.join(' · ') });
      }
    };

    this.on('input', (message, _send, done) => {
      void (async () => {
        try {
          if (!city || !connection) throw new Error(city?.problem || 'no connection is chosen');
          const topic = outputTopic(city.prefix, name === '' ? message.output : name);
          await connection.publish(topic, toJson(message.payload, maxBytes));
          sent += 1;
          done();
        } catch (error) {
          failed += 1;
          done(error instanceof Error ? error : new Error(String(error)));
        }
        show();
      })();
    });

    connection?.on('state', show);
    show();
    this.on('close', (done) => {
      connection?.off('state', show);
      done();
    });
  }

  RED.nodes.registerType('pilot output', /** @type {any} */ (PilotOutput));
};

/**
 * @param {unknown} payload
 * @param {number} maxBytes
 * @throws {Error} where it has no JSON form or is too large
 */
function toJson(payload, maxBytes) {
  const text = /** @type {string | undefined} */ (JSON.stringify(payload));
  if (text === undefined) throw new Error('msg.payload has no JSON form');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new Error(`msg.payload is ${bytes} bytes of JSON, more than ${maxBytes}`);
  return text;
}
