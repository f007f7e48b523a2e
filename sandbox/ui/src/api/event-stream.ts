export type StreamState = 'connecting' | 'open' | 'reconnecting';

interface Handlers {
  readonly onEvent: Readonly<Record<string, (data: unknown) => void>>;
  readonly onState: (state: StreamState) => void;
}

const firstDelayMs = 1_000;
const longestDelayMs = 20_000;

/**
 * Listens to server-sent events until the returned function is called.
 * The browser reconnects by itself after a lost line, but gives up for good after an HTTP error
 * (a restart answers 503 for a moment): that case is retried here, ever more slowly.
 */
export function listen(url: string, handlers: Handlers): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let delay = firstDelayMs;
  let ended = false;

  const open = () => {
    source = new EventSource(url);
    source.onopen = () => {
      delay = firstDelayMs;
      handlers.onState('open');
    };
    source.onerror = () => {
      if (ended) return;
      handlers.onState('reconnecting');
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(open, delay);
      delay = Math.min(delay * 2, longestDelayMs);
    };
    for (const [name, act] of Object.entries(handlers.onEvent)) {
      source.addEventListener(name, (event: MessageEvent<unknown>) => {
        const data = parse(event.data);
        if (data !== undefined) act(data);
      });
    }
  };
  handlers.onState('connecting');
  open();
  return () => {
    ended = true;
    window.clearTimeout(timer);
    source?.close();
  };
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A half event of a cut line; the next one is whole.
    return undefined;
  }
}
