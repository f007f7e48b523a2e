import { useEffect, useState } from 'react';
import type { PilotMessage } from '../../../../../src/contract/index.ts';
import { listen, type StreamState } from '../../../api/event-stream.ts';
import { path } from '../../../api/request.ts';
import { cleared, emptyList, paused, resumed, withMessages, type MessageList } from './message-list.ts';

// A burst of messages redraws the list at most this often.
const flushEveryMs = 250;

export interface Messages {
  readonly list: MessageList;
  readonly line: StreamState;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
}

/** What passes on a pilot's prefix, from the moment the page is open. */
export function useMessages(pilot: string): Messages {
  const [list, setList] = useState<MessageList>(emptyList);
  const [line, setLine] = useState<StreamState>('connecting');
  useEffect(() => {
    let arrived: PilotMessage[] = [];
    let timer: number | undefined;
    const end = listen(path(['pilots', pilot, 'live']), {
      onEvent: {
        message: (data) => {
          arrived.push(data as PilotMessage);
          timer ??= window.setTimeout(() => {
            timer = undefined;
            const due = arrived;
            arrived = [];
            setList((old) => withMessages(old, due));
          }, flushEveryMs);
        },
      },
      onState: setLine,
    });
    return () => {
      window.clearTimeout(timer);
      end();
      setList(emptyList);
    };
  }, [pilot]);
  return {
    list,
    line,
    pause: () => setList(paused),
    resume: () => setList(resumed),
    clear: () => setList(cleared),
  };
}
