import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PilotMessage } from '../../../../../src/contract/index.ts';
import { listen, type StreamState } from '../../../api/event-stream.ts';
import { outputsQuery } from '../../../api/queries.ts';
import { path } from '../../../api/request.ts';
import {
  cleared,
  emptyList,
  isOutput,
  paused,
  resumed,
  withMessages,
  type MessageList,
} from './message-list.ts';

// A burst of messages redraws the list at most this often.
const flushEveryMs = 250;
// A service that publishes all the time makes the kept outputs be read again at most this often.
const outputsEveryMs = 1000;

export interface Messages {
  readonly list: MessageList;
  readonly line: StreamState;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
}

/** What passes on a pilot's prefix, from the moment the page is open. A new output makes the list of outputs fresh. */
export function useMessages(pilot: string): Messages {
  const client = useQueryClient();
  const [list, setList] = useState<MessageList>(emptyList);
  const [line, setLine] = useState<StreamState>('connecting');
  useEffect(() => {
    let arrived: PilotMessage[] = [];
    let timer: number | undefined;
    let outputsTimer: number | undefined;
    const end = listen(path(['pilots', pilot, 'live']), {
      onEvent: {
        message: (data) => {
          const message = data as PilotMessage;
          arrived.push(message);
          if (isOutput(message))
            outputsTimer ??= window.setTimeout(() => {
              outputsTimer = undefined;
              void client.invalidateQueries({ queryKey: outputsQuery(pilot).queryKey });
            }, outputsEveryMs);
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
      window.clearTimeout(outputsTimer);
      end();
      setList(emptyList);
    };
  }, [client, pilot]);
  return {
    list,
    line,
    pause: () => setList(paused),
    resume: () => setList(resumed),
    clear: () => setList(cleared),
  };
}
