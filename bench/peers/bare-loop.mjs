// The loop that one would write first: read eight devices in turn with modbus-serial, publish with QoS 1, wait, read again.
// Arguments: Modbus port, MQTT port, "reading" (one message a reading) or "block" (one message a request).
import ModbusRTU from 'modbus-serial';
import mqtt from 'mqtt';

const [modbusPort, mqttPort, form] = process.argv.slice(2);
const modbus = new ModbusRTU.default();
await modbus.connectTCP('127.0.0.1', { port: Number(modbusPort) });
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
process.on('disconnect', () => process.exit(0));
process.send?.('running');

for (let poll = 0; ; poll += 1) {
  modbus.setID(1 + (poll % 8));
  const { buffer } = await modbus.readHoldingRegisters(0, 40);
  const at = Date.now();
  const values = Array.from({ length: 20 }, (_, index) => buffer.readFloatBE(index * 4));
  if (form === 'block') {
    await client.publishAsync('readings', JSON.stringify({ at, values }), { qos: 1 });
  } else {
    for (const [index, value] of values.entries()) {
      await client.publishAsync(`readings/${index + 1}`, JSON.stringify({ at, value }), { qos: 1 });
    }
  }
}
