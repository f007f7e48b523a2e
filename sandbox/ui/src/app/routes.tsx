import { createBrowserRouter } from 'react-router';
import { NotFoundPage, RouteCrash } from './ErrorPages.tsx';
import { RequireSession } from './RequireSession.tsx';
import { Shell } from './Shell.tsx';
import { Starting } from './Starting.tsx';

// The addresses of the product. Each page is loaded when it is first opened.
export const router = createBrowserRouter([
  {
    errorElement: <RouteCrash />,
    hydrateFallbackElement: <Starting />,
    children: [
      {
        path: '/sign-in',
        lazy: async () => ({ Component: (await import('../features/sign-in/SignInPage.tsx')).SignInPage }),
      },
      {
        element: (
          <RequireSession>
            <Shell />
          </RequireSession>
        ),
        children: [
          {
            index: true,
            lazy: async () => ({ Component: (await import('../features/city/CityPage.tsx')).CityPage }),
          },
          {
            path: 'devices/:device',
            lazy: async () => ({ Component: (await import('../features/device/DevicePage.tsx')).DevicePage }),
          },
          {
            path: 'pilots',
            lazy: async () => ({ Component: (await import('../features/pilots/PilotsPage.tsx')).PilotsPage }),
          },
          {
            path: 'pilots/new',
            lazy: async () => ({
              Component: (await import('../features/pilots/NewPilotPage.tsx')).NewPilotPage,
            }),
          },
          {
            path: 'pilots/:pilot/edit',
            lazy: async () => ({
              Component: (await import('../features/pilots/EditPilotPage.tsx')).EditPilotPage,
            }),
          },
          {
            path: 'pilots/:pilot/:part?',
            lazy: async () => ({ Component: (await import('../features/pilot/PilotPage.tsx')).PilotPage }),
          },
          {
            path: 'gateways',
            lazy: async () => ({
              Component: (await import('../features/gateways/GatewaysPage.tsx')).GatewaysPage,
            }),
          },
          {
            path: 'connectors',
            lazy: async () => ({
              Component: (await import('../features/connectors/ConnectorsPage.tsx')).ConnectorsPage,
            }),
          },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
]);
