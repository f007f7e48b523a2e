/** The published packages that bring no types: as much of them as is used here. */
declare module 'node-red' {
  import type { RequestListener, Server } from 'node:http';
  const RED: {
    init(server: Server, settings: object): void;
    init(settings: object): void;
    start(): Promise<void>;
    stop(): Promise<void>;
    httpAdmin: RequestListener;
  };
  export = RED;
}

declare module 'node-red-node-test-helper' {
  import type { EventEmitter } from 'node:events';
  interface Helper {
    init(runtimePath: string): void;
    load(nodes: readonly unknown[], flow: readonly object[], credentials: object): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): EventEmitter & Record<string, unknown>;
  }
  const helper: Helper;
  export default helper;
}
