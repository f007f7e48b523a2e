// Counts the messages on a topic filter. Arguments: MQTT port, filter. Answers each IPC message with the count.
import mqtt from 'mqtt';

const [port, filter] = process.argv.slice(2);
let count = 0;
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
client.on('message', () => {
  count += 1;
});
await client.subscribeAsync(filter);
process.on('message', () => process.send(count));
process.on('disconnect', () => process.exit(0));
process.send('ready');
