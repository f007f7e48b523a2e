import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { RouterProvider } from 'react-router/dom';
import { resolveVariables, theme } from '../theme/theme.ts';
import { createQueries } from './queries.ts';
import { router } from './routes.tsx';
import { Starting } from './Starting.tsx';
import { CrashBoundary } from './CrashBoundary.tsx';

const queries = createQueries();

/** Everything that every page stands on: theme, requests, routes, notices. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Notifications position="top-right" autoClose={5000} limit={3} />
        <CrashBoundary>
          <Suspense fallback={<Starting />}>
            <RouterProvider router={router} />
          </Suspense>
        </CrashBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}
