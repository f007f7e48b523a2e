import { useSyncExternalStore } from 'react';

// One timer for every age on the page; it rests while nobody looks.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The time now, renewed each second. @returns ms since the epoch */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
