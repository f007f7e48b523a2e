import type { Identity } from '../driver.ts';
import type { Reply } from './connection.ts';
import { basicObjects, readCodes, readIdentification } from './identification.ts';
import { isSilent, sender, type Request } from './poll.ts';

/** Parts of an identification that are asked for: three objects of at most 245 bytes each fit into fewer. */
const MAX_PARTS = 4;
const MAX_TEXT = 128;

/**
 * Who is at a unit id: function 43/14 first; where that stays unanswered, a read of holding and of input register 0.
 * Whatever comes back, an exception too, means that somebody is there. Throws GATEWAY_PORT_* when the port is gone.
 */
export async function identifyUnit(unit: number, request: Request): Promise<Identity> {
  for (const code of [readCodes.basic, readCodes.regular]) {
    const { reply, objects } = await identification(unit, code, request);
    if (objects.size > 0) return { present: true, ...named(objects) };
    if (reply.ok) return { present: true };
    if (!answered(reply)) break;
    // Exception 03: this read code is none that the device knows.
    if (reply.reason !== 'exception_3') return { present: true };
  }
  for (const functionCode of [3, 4] as const) {
    const reply = await request(sender(unit, { functionCode, address: 0, quantity: 1 }));
    if (answered(reply)) return { present: true };
  }
  return { present: false };
}

async function identification(
  unit: number,
  code: number,
  request: Request,
): Promise<{ reply: Reply; objects: ReadonlyMap<number, string> }> {
  const objects = new Map<number, string>();
  let object = 0;
  for (let part = 1; ; part++) {
    const from = object;
    const reply = await request((client, done) => client.writeFC43(unit, code, from, done));
    if (!reply.ok) return { reply, objects };
    const read = readIdentification(Uint8Array.of(unit, 43, 14, code, from), reply.body);
    for (const [id, text] of read?.objects ?? []) objects.set(id, text);
    const { next } = read ?? {};
    // A device that points backwards would be asked for ever.
    if (next === undefined || next <= from || part === MAX_PARTS) return { reply, objects };
    if (next > basicObjects.revision) return { reply, objects };
    object = next;
  }
}

function named(objects: ReadonlyMap<number, string>): Omit<Identity, 'present'> {
  const found = Object.entries(basicObjects).flatMap(([key, id]) => {
    const text = objects.get(id)?.slice(0, MAX_TEXT);
    return text === undefined || text === '' ? [] : [[key, text]];
  });
  return Object.fromEntries(found) as Omit<Identity, 'present'>;
}

/** Broken bytes came from somebody, too: two devices under one unit id, for one. */
function answered(reply: Reply): boolean {
  return reply.ok || reply.reason === 'checksum' || !isSilent(reply.reason);
}
