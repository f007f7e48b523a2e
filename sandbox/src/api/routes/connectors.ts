import { Type } from '@sinclair/typebox';
import type { ApiParts } from '../parts.ts';
import { ref } from '../schemas.ts';
import { staff, type Server } from '../server.ts';
import { actorOf } from '../sight.ts';

const Params = Type.Object({ connector: Type.String({ maxLength: 128 }) });

/** The city's other systems: what they got, what waits, what they refused. */
export function connectorRoutes(server: Server, { connectors }: ApiParts): void {
  const tags = ['connectors'];
  const admit = { roles: staff };

  server.get(
    '/connectors',
    {
      config: { admit },
      schema: {
        operationId: 'listConnectors',
        tags,
        summary: 'Connectors and how they do',
        response: { 200: ref('ConnectorList') },
      },
    },
    () => ({ items: [...connectors.list()] }),
  );

  server.get(
    '/connectors/:connector/dead-letters',
    {
      config: { admit },
      schema: {
        operationId: 'listDeadLetters',
        tags,
        summary: 'What the target refused for good, newest first',
        params: Params,
        response: { 200: ref('DeadLetterList') },
      },
    },
    ({ params }) => ({ items: [...connectors.deadLetters(params.connector)] }),
  );

  server.post(
    '/connectors/:connector/dead-letters/:letter/resend',
    {
      config: { admit },
      schema: {
        operationId: 'resendDeadLetter',
        tags,
        summary: 'Put a dead letter back into the queue',
        params: Type.Object({ ...Params.properties, letter: Type.String({ maxLength: 32 }) }),
        response: { 204: Type.Null({ description: 'It waits again' }) },
      },
    },
    ({ params, caller }, reply) => {
      connectors.resend(params.connector, params.letter, actorOf(caller));
      void reply.code(204).send(null);
    },
  );
}
