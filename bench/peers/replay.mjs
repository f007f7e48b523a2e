// Publishes payloads that were encoded beforehand with QoS 1, as many under way as the client allows, once it is told to go.
// Arguments: MQTT port, file of payloads, each behind its length (UInt32BE).
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';

const [port, file] = process.argv.slice(2);
const bytes = readFileSync(file);
const payloads = [];
for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) {
  payloads.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at)));
}
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
process.on('disconnect', () => process.exit(0));

const WINDOW = 4000;
let next = 0;
const publishNext = () => {
  const payload = payloads[next++];
  if (payload) client.publish('readings/backlog', payload, { qos: 1 }, publishNext);
};
process.on('message', () => {
  for (let slot = 0; slot < WINDOW; slot += 1) publishNext();
});
process.send('ready');
