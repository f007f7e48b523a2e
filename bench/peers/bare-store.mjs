// Subscribes and inserts each message as one row. Arguments: MQTT port, database file. Answers each IPC message with its rows.
import Database from 'better-sqlite3';
import mqtt from 'mqtt';

const [mqttPort, file] = process.argv.slice(2);
const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');
database.exec('CREATE TABLE readings (topic TEXT, payload TEXT)');
const insert = database.prepare('INSERT INTO readings VALUES (?, ?)');
let rows = 0;

const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
client.on('message', (topic, payload) => {
  insert.run(topic, payload.toString());
  rows += 1;
});
await client.subscribeAsync('readings/#', { qos: 1 });
process.on('message', () => process.send(rows));
process.on('disconnect', () => process.exit(0));
process.send('running');
