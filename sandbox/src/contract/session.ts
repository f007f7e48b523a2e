import { Type, type Static } from '@sinclair/typebox';
import { Nullable } from './common.ts';

export const Role = Type.Union([
  Type.Literal('admin'),
  Type.Literal('staff'),
  Type.Literal('engineer'),
  Type.Literal('vendor'),
]);
export type Role = Static<typeof Role>;

export const User = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  organisation: Type.String(),
  role: Role,
});
export type User = Static<typeof User>;

/** Offered on the sign-in page in demo mode only. */
export const DemoAccount = Type.Object({
  role: Role,
  email: Type.String(),
  name: Type.String(),
  password: Type.String(),
});
export type DemoAccount = Static<typeof DemoAccount>;

/** GET /api/v1/session answers 200 with user null when nobody is signed in. */
export const Session = Type.Object({
  user: Nullable(User),
  demo: Type.Boolean({ description: 'True where this testbed runs the demonstration city' }),
  demoAccounts: Type.Array(DemoAccount),
  site: Type.Object({ id: Type.String(), name: Type.String(), lat: Type.Number(), lon: Type.Number() }),
  version: Type.String(),
  nodeRedUrl: Nullable(Type.String()),
  mapTilesUrl: Nullable(
    Type.String({ description: 'Raster tile template of the city, {z}/{x}/{y}; none: a plain background' }),
  ),
});
export type Session = Static<typeof Session>;

/** POST /api/v1/session; answers Session and sets the cookie. DELETE /api/v1/session signs out. */
export const SignIn = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 200 }),
    password: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;
