import net from 'node:net';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import mp from 'mqtt-packet';
const role = process.argv[2];
if (role === 'plain') {
  const { Aedes } = await import('aedes');
  const a = await Aedes.createBroker();
  const s = net.createServer((c) => a.handle(c));
  s.listen(0, '127.0.0.1', () => process.send(s.address().port));
} else if (role === 'ordered') {
  const { OrderedAedes } = await import('./dist/core/ordered-aedes.js');
  const a = new OrderedAedes({});
  await a.listen();
  const s = net.createServer((c) => a.handle(c));
  s.listen(0, '127.0.0.1', () => process.send(s.address().port));
} else if (role === 'ours') {
  const { createBroker, parseBrokerConfig } = await import('./dist/index.js');
  const { createLogger } = await import('@city-testbed/runtime');
  const c = parseBrokerConfig(
    '{anonymous: true, listeners: {tcp: {port: 0}}, metrics: {enabled: false}, limits: {messagesPerSecond: 1000000, queuedBytes: 64000000}}',
  );
  const b = createBroker(c, { log: createLogger({ name: 'b', level: 'warn' }) });
  await b.start(new AbortController().signal);
  process.send(b.addresses().tcp.port);
} else if (role === 'load') {
  const [, , , port, qos, nsub, count, size] = process.argv.map((x) => (isNaN(x) ? x : +x));
  const mk = async (id) => {
    const s = net.connect(port, '127.0.0.1');
    await once(s, 'connect');
    s.setNoDelay(true);
    const p = mp.parser();
    s.on('data', (d) => p.parse(d));
    s.write(
      mp.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: id,
        clean: true,
        keepalive: 60,
      }),
    );
    await once(p, 'packet');
    return { s, p };
  };
  let got = 0,
    done;
  const fin = new Promise((r) => (done = r));
  for (let i = 0; i < nsub; i++) {
    const s = net.connect(port, '127.0.0.1');
    await once(s, 'connect');
    let bytes = 0,
      ready = false;
    const per = mp.generate({
      cmd: 'publish',
      topic: 'a/b',
      payload: Buffer.alloc(size),
      qos: 0,
      retain: false,
      dup: false,
    }).length;
    s.write(
      mp.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: 's' + i,
        clean: true,
        keepalive: 60,
      }),
    );
    await once(s, 'data');
    s.write(mp.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 0 }] }));
    await once(s, 'data');
    let left = per * count;
    s.on('data', (d) => {
      left -= d.length;
      if (left <= 0 && ++got === nsub) done();
    });
    s.on('close', () => {
      if (left > 0) {
        console.log('CUT', left);
        process.exit(1);
      }
    });
  }
  const pub = await mk('p');
  const one = mp.generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.alloc(size),
    qos: 0,
    retain: false,
    dup: false,
  });
  const k = Math.max(1, Math.floor(65536 / one.length));
  const blk = Buffer.concat(Array(k).fill(one));
  const t = performance.now();
  for (let sent = 0; sent < count;) {
    const n = Math.min(k, count - sent);
    sent += n;
    if (!pub.s.write(n === k ? blk : blk.subarray(0, n * one.length))) await once(pub.s, 'drain');
  }
  await fin;
  const ms = performance.now() - t;
  console.log(Math.round(((count * nsub) / ms) * 1000));
  process.exit(0);
} else if (role === 'lat') {
  const port = +process.argv[3];
  const s = net.connect(port, '127.0.0.1');
  await once(s, 'connect');
  s.setNoDelay(true);
  s.write(
    mp.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 's',
      clean: true,
      keepalive: 60,
    }),
  );
  await once(s, 'data');
  s.write(mp.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 0 }] }));
  await once(s, 'data');
  const one = mp.generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.alloc(200),
    qos: 0,
    retain: false,
    dup: false,
  });
  const l = [];
  for (let i = 0; i < 3000; i++) {
    const t = performance.now();
    s.write(one);
    await once(s, 'data');
    l.push(performance.now() - t);
  }
  l.sort((a, b) => a - b);
  console.log('p50', l[1500].toFixed(3), 'p99', l[2970].toFixed(3));
  process.exit(0);
} else {
  // main
  const args = process.argv.slice(2).length ? process.argv.slice(2) : [];
  const cases = [
    [0, 1, 200000, 200],
    [0, 10, 20000, 200],
    [0, 1, 30000, 4096],
  ];
  for (const c of cases) {
    const res = {};
    for (let r = 0; r < 3; r++)
      for (const b of ['plain', 'ordered', 'ours']) {
        const ch = fork(process.argv[1], [b]);
        const [port] = await once(ch, 'message');
        const l = fork(process.argv[1], ['load', port, ...c], { silent: true });
        let out = '';
        l.stdout.on('data', (d) => (out += d));
        l.stderr.on('data', (d) => (out += d));
        await once(l, 'exit');
        ch.kill('SIGKILL');
        (res[b] ??= []).push(out.trim());
      }
    console.log(JSON.stringify(c), JSON.stringify(res));
  }
  for (const b of ['plain', 'ours']) {
    const ch = fork(process.argv[1], [b]);
    const [port] = await once(ch, 'message');
    const l = fork(process.argv[1], ['lat', port], { silent: true });
    let out = '';
    l.stdout.on('data', (d) => (out += d));
    await once(l, 'exit');
    ch.kill('SIGKILL');
    console.log(b, out.trim());
  }
}
