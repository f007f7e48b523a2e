import type { BrokerConfig } from '../config/schema.ts';
import { brokerError } from '../errors.ts';
import type { Listener, ListenerContext } from './listener.ts';
import { tcpListener } from './tcp.ts';
import { tlsListener } from './tls.ts';
import { secureWebSocketListener, webSocketListener } from './websocket.ts';

/** The names of the listeners in the configuration. */
export type ListenerName = keyof BrokerConfig['listeners'];

/** A listener for each that is enabled. */
export function createListeners(
  config: BrokerConfig['listeners'],
  context: ListenerContext,
): ReadonlyMap<ListenerName, Listener> {
  const listeners = new Map<ListenerName, Listener>();
  if (config.tcp.enabled) listeners.set('tcp', tcpListener(config.tcp, context));
  if (config.tls.enabled) listeners.set('tls', tlsListener(certified(config.tls, 'tls'), context));
  if (config.websocket.enabled) listeners.set('websocket', webSocketListener(config.websocket, context));
  if (config.wss.enabled)
    listeners.set('wss', secureWebSocketListener(certified(config.wss, 'wss'), context));
  return listeners;
}

function certified<T extends { certFile?: string; keyFile?: string }>(
  options: T,
  name: string,
): T & { certFile: string; keyFile: string } {
  const { certFile, keyFile } = options;
  // the configuration's own check says so with its path; this is for those who build one by hand
  if (certFile === undefined || keyFile === undefined)
    throw brokerError('BROKER_CERTIFICATE_UNUSABLE', `listeners.${name} needs certFile and keyFile`);
  return { ...options, certFile, keyFile };
}
