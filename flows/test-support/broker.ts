import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes, type Client } from 'aedes';

/** A real broker on a free port, as far as a test needs it. */
export interface TestBroker {
  readonly url: string;
  readonly broker: Aedes;
  /** Resolves when a client has subscribed to the filter, at once where one has already. */
  subscribed(filter: string): Promise<void>;
  /** Cuts every connection, as a broker that restarts does. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBroker(
  options: {
    port?: number;
    password?: string;
    maySubscribe?: (filter: string) => boolean;
  } = {},
): Promise<TestBroker> {
  const { port = 0, password, maySubscribe = () => true } = options;
  const broker = await Aedes.createBroker();
  if (password !== undefined) {
    broker.authenticate = (_client, _username, given, done) => done(null, given?.toString() === password);
  }
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, maySubscribe(subscription.topic) ? subscription : null);
  const filters = new Map<Client, Set<string>>();
  broker.on('client', (client) => filters.set(client, new Set()));
  broker.on('subscribe', (subscriptions, client) => {
    for (const { topic, qos } of subscriptions) if ((qos as number) !== 128) filters.get(client)?.add(topic);
  });
  broker.on('clientDisconnect', (client) => filters.delete(client));
  const server = createServer((socket) => void broker.handle(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cut = async (): Promise<void> => {
    const all = [...filters.keys()];
    for (const client of all) client.conn.destroy();
    while (all.some((client) => filters.has(client))) await once(broker, 'clientDisconnect');
  };
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    broker,
    subscribed: async (filter) => {
      while (![...filters.values()].some((some) => some.has(filter))) await once(broker, 'subscribe');
    },
    cut,
    stop: async () => {
      server.close();
      await cut();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}
