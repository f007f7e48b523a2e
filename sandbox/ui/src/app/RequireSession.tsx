import { useEffect, useRef, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { useUser } from '../components/useSession.ts';

/** Pages behind it need somebody to be signed in; others go to the sign-in page and come back. */
export function RequireSession({ children }: { readonly children: ReactNode }) {
  const user = useUser();
  const location = useLocation();
  const wasSignedIn = useRef(false);
  useEffect(() => {
    if (user !== null) wasSignedIn.current = true;
  }, [user]);
  if (user === null) return <ToSignIn from={location.pathname + location.search} was={wasSignedIn} />;
  return children;
}

function ToSignIn({ from, was }: { readonly from: string; readonly was: { readonly current: boolean } }) {
  return <Navigate to="/sign-in" replace state={{ from, expired: was.current }} />;
}
