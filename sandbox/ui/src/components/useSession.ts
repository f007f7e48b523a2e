import { useSuspenseQuery } from '@tanstack/react-query';
import type { Role, Session, User } from '../../../src/contract/index.ts';
import { sessionQuery } from '../api/queries.ts';

/** The session of this browser; the app waits for it before it draws anything. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery()).data;
}

/** The person who is signed in, null for nobody. */
export function useUser(): User | null {
  return useSession().user;
}

/** Whether the person has one of these roles. The server decides; this only spares dead ends. */
export function useHasRole(...roles: readonly Role[]): boolean {
  const user = useUser();
  return user !== null && roles.includes(user.role);
}
