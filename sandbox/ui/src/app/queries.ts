import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { problemOf } from '../api/problem.ts';
import { sessionQuery } from '../api/queries.ts';

/**
 * The cache of everything read from the API. A 401 on any request means that the session has ended: the
 * person is taken to the sign-in page and comes back after it.
 */
export function createQueries(): QueryClient {
  const signedOut = (error: unknown) => {
    if (problemOf(error).status !== 401) return;
    client.setQueryData(sessionQuery().queryKey, (session) => session && { ...session, user: null });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // Asking again helps against a lost line or a restart, never against a refusal.
        retry: (count, error) => {
          const { status } = problemOf(error);
          return count < 2 && (status === 0 || status >= 500);
        },
      },
      mutations: { retry: false },
    },
  });
  return client;
}
