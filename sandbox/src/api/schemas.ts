import { Type, type Static, type TUnsafe } from '@sinclair/typebox';
import * as contract from '../contract/index.ts';

/** What stands by name among the components of the OpenAPI document. */
const named = {
  Agreement: contract.Agreement,
  Connector: contract.Connector,
  ConnectorList: contract.ConnectorList,
  DeadLetterList: contract.DeadLetterList,
  Device: contract.Device,
  DeviceList: contract.DeviceList,
  Evaluation: contract.Evaluation,
  GatewayList: contract.GatewayList,
  Health: contract.Health,
  IssuedToken: contract.IssuedToken,
  NewMember: contract.NewMember,
  NewPilot: contract.NewPilot,
  NewToken: contract.NewToken,
  Pilot: contract.Pilot,
  PilotChange: contract.PilotChange,
  PilotConnection: contract.PilotConnection,
  PilotEventList: contract.PilotEventList,
  PilotList: contract.PilotList,
  PilotOutputPage: contract.PilotOutputPage,
  Problem: contract.Problem,
  ReadingPage: contract.ReadingPage,
  Series: contract.Series,
  Session: contract.Session,
  SignIn: contract.SignIn,
  Target: contract.Target,
  Token: contract.Token,
  TokenList: contract.TokenList,
} as const;

export const sharedSchemas: readonly object[] = Object.entries(named).map(([$id, schema]) => ({
  ...schema,
  $id,
}));

/** A schema of the contract by its name. */
export function ref<Name extends keyof typeof named>(name: Name): TUnsafe<Static<(typeof named)[Name]>> {
  return Type.Unsafe<Static<(typeof named)[Name]>>({ $ref: `${name}#` });
}

/** What any route may answer beside its own answers. */
export const problemResponses = {
  '4xx': problem('The request was refused: see code, hint and, for bad input, errors'),
  '5xx': problem('The sandbox could not do it'),
};

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } };
}

/** A live stream: see the description of the route for its events. */
export const eventStream = {
  200: {
    description: 'Server-sent events until the client goes, its session ends or its rights change',
    content: { 'text/event-stream': { schema: Type.String() } },
  },
};

/** Ids in paths are looked up, not judged: what is no id is simply not there (404). */
const Id = Type.String({ maxLength: 128 });
export const PilotParams = Type.Object({ pilot: Id });
export const DeviceParams = Type.Object({ device: Id });

export const limit = (standard: number, maximum: number) =>
  Type.Integer({ minimum: 1, maximum, default: standard });
export const Cursor = Type.String({ maxLength: 200, description: '`next` of the page before' });
