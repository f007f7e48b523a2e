const { Connection } = require('./lib/connection.cjs');
const { checkedPrefix } = require('./lib/topics.cjs');

/**
 * A pilot's way to the broker, shared by all nodes that name it. Fields that are left empty are taken from the environment,
 * as any service gets them: MQTT_URL, MQTT_USERNAME, MQTT_PASSWORD, TOPIC_PREFIX.
 * @param {import('./node-red.d.ts').RedApi} RED
 */
module.exports = function cityConnection(RED) {
  /**
   * @this {import('./node-red.d.ts').CityConnectionNode}
   * @param {{url?: string, username?: string, prefix?: string}} config
   */
  function CityConnection(config) {
    RED.nodes.createNode(this, config);
    this.prefix = '';
    this.problem = '';
    try {
      this.prefix = checkedPrefix(setting(config.prefix, 'TOPIC_PREFIX'));
      this.connection = new Connection({
        url: setting(config.url, 'MQTT_URL'),
        username: optional(config.username, 'MQTT_USERNAME'),
        password: optional(this.credentials?.password, 'MQTT_PASSWORD'),
      });
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.warn(this.problem);
    }
    this.on('close', (done) => {
      if (this.connection) void this.connection.close().then(done);
      else done();
    });
  }

  RED.nodes.registerType('city-connection', /** @type {any} */ (CityConnection), {
    credentials: { password: { type: 'password' } },
  });
};

/**
 * @param {string | undefined} value
 * @param {string} variable
 */
function setting(value, variable) {
  const found = optional(value, variable);
  if (found === '') throw new Error(`${variable} is not set`);
  return found;
}

/**
 * Node-RED has put the environment's values in already, and leaves ${NAME} as it is where there is none.
 * @param {string | undefined} value
 * @param {string} variable
 */
function optional(value, variable) {
  const given = (value ?? '').trim();
  return given === '' || /^\$\{.*\}$/.test(given) ? (process.env[variable] ?? '') : given;
}
