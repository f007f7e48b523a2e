import type { PilotConnection } from '../../../../../src/contract/index.ts';

export interface QuickStart {
  readonly id: 'node' | 'python' | 'mosquitto';
  readonly name: string;
  /** What to install, null for nothing to install by a package manager. */
  readonly install: string | null;
  readonly file: string | null;
  readonly run: string | null;
  readonly code: string;
}

type Needs = Pick<PilotConnection, 'mqttUrl' | 'username' | 'prefix'>;

/** A program in JavaScript: https://github.com/mqttjs/MQTT.js#api */
function node({ mqttUrl, username, prefix }: Needs): QuickStart {
  return {
    id: 'node',
    name: 'Node.js',
    install: 'npm install mqtt',
    file: 'service.mjs',
    run: 'MQTT_PASSWORD=ctb_... node service.mjs',
    code: `import mqtt from 'mqtt';

const prefix = ${quote(prefix)};
const client = mqtt.connect(${quote(mqttUrl)}, {
  username: ${quote(username)},
  password: process.env.MQTT_PASSWORD,
});

client.on('error', (error) => {
  console.error(\`MQTT: \${error.message || error.code}\`);
  // A number is the broker's refusal: the token is wrong or revoked. A lost network has none and is tried again.
  if (typeof error.code === 'number') process.exit(1);
});

client.on('message', (topic, payload) => {
  const { device, observedAt, readings } = JSON.parse(payload.toString());
  console.log(observedAt, device, readings);
  client.publish(\`\${prefix}/out/seen\`, JSON.stringify({ device, observedAt }), { qos: 1 });
});

await client.subscribeAsync(\`\${prefix}/devices/+/readings\`, { qos: 1 });
`,
  };
}

/** A program in Python: https://eclipse.dev/paho/files/paho.mqtt.python/html/ */
function python({ mqttUrl, username, prefix }: Needs): QuickStart {
  const { host, port, tls } = addressOf(mqttUrl);
  return {
    id: 'python',
    name: 'Python',
    install: 'pip install "paho-mqtt>=2"',
    file: 'service.py',
    run: 'MQTT_PASSWORD=ctb_... python3 service.py',
    code: `import json
import os
import sys

import paho.mqtt.client as mqtt

PREFIX = ${quote(prefix, '"')}


def on_connect(client, userdata, flags, reason_code, properties):
    if reason_code.is_failure:  # the token is wrong or revoked
        sys.exit(f"MQTT: connection refused: {reason_code}")
    client.subscribe(f"{PREFIX}/devices/+/readings", qos=1)


def on_message(client, userdata, message):
    update = json.loads(message.payload)
    print(update["observedAt"], update["device"], update["readings"], flush=True)
    seen = {"device": update["device"], "observedAt": update["observedAt"]}
    client.publish(f"{PREFIX}/out/seen", json.dumps(seen), qos=1)


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.username_pw_set(${quote(username, '"')}, os.environ.get("MQTT_PASSWORD", ""))
${tls ? 'client.tls_set()\n' : ''}client.on_connect = on_connect
client.on_message = on_message
client.connect(${quote(host, '"')}, ${port})
client.loop_forever()
`,
  };
}

/** A command line: https://mosquitto.org/man/mosquitto_sub-1.html */
function mosquitto({ mqttUrl, username, prefix }: Needs): QuickStart {
  const { host, port, tls } = addressOf(mqttUrl);
  return {
    id: 'mosquitto',
    name: 'mosquitto_sub',
    install: null,
    file: null,
    run: null,
    code: `mosquitto_sub -h ${host} -p ${port}${tls ? ' --tls-use-os-certs' : ''} -V mqttv311 -q 1 \\
  -u ${username} -P "$MQTT_PASSWORD" \\
  -t '${prefix}/devices/+/readings' -v
`,
  };
}

/** Host, port and transport of an MQTT URL; the standard's ports where none is given. */
export function addressOf(mqttUrl: string): { host: string; port: number; tls: boolean } {
  const tls = /^(mqtts|ssl|tls):/i.test(mqttUrl);
  // URL knows the parts of http addresses only, so the scheme is put in its terms.
  const url = new URL(mqttUrl.replace(/^[a-z]+:/i, 'http:'));
  // An IPv6 address stands in brackets in a URL only.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: url.port === '' ? (tls ? 8883 : 1883) : Number(url.port), tls };
}

/** Programs that run as they are, once MQTT_PASSWORD holds a token. */
export const quickStarts = (connection: Needs): QuickStart[] => [
  node(connection),
  python(connection),
  mosquitto(connection),
];

/** A string literal; names come from the server and may not leave their quotes. */
function quote(text: string, mark: "'" | '"' = "'"): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return mark === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A .env file of the settings that a token comes with. */
export function envFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
