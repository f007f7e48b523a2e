import { messageOf, type Clock, type ConfigFault, type Logger } from '@city-testbed/runtime';
import type { NewPilot } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import type { Access } from '../access/access.ts';
import { createAuditLog } from '../registry/audit-log.ts';
import { Listeners } from '../registry/listeners.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { DeviceRegistry } from '../store/device-registry.ts';
import { createEventTable } from './event-table.ts';
import { createOutputTable } from './output-table.ts';
import { createPilotTable } from './pilot-table.ts';
import type { PilotRecord, Pilots } from './pilots.ts';
import * as rules from './rules.ts';

/** Wall time may jump, so a boundary is looked at again at least this often. */
const longestSleepMs = 60_000;

export interface PilotsParts {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly access: Pick<Access, 'accounts' | 'tokens'>;
  readonly registry: DeviceRegistry;
  /** Ids that no pilot may have, since a broker user has them: gateways, and the sandbox itself. */
  readonly reservedIds?: readonly string[];
}

export function createPilots(parts: PilotsParts): Pilots {
  const { database, clock, log, access, registry } = parts;
  const audit = createAuditLog(database, clock);
  const table = createPilotTable(database);
  const outputs = createOutputTable(database);
  const events = createEventTable(database);
  const changed = new Listeners<undefined>();
  const pilots = new Map(table.all().map((pilot) => [pilot.id, pilot]));
  const reserved = new Set(parts.reservedIds);
  const stopped = new AbortController();
  let wake = new AbortController();
  let running: Promise<void> | undefined;
  /** Since the start; only the log has them. */
  let lostEvents = 0;

  const seen = (pilot: PilotRecord): PilotRecord => ({ ...pilot, state: rules.stateAt(pilot, clock.now()) });
  const existing = (id: string): PilotRecord => {
    const pilot = pilots.get(id);
    if (!pilot) throw sandboxError('SANDBOX_PILOT_UNKNOWN', id);
    return seen(pilot);
  };
  const open = (id: string): PilotRecord => {
    const pilot = existing(id);
    if (pilot.state === 'ended') throw sandboxError('SANDBOX_PILOT_STATE', `${id} has ended`);
    return pilot;
  };
  const refuse = (faults: readonly ConfigFault[]): void => {
    if (faults.length === 0) return;
    throw sandboxError('SANDBOX_PILOT_INVALID', faults.map(({ path }) => path).join(', '), {
      context: { faults },
    });
  };
  const told = (): void => {
    wake.abort();
    changed.tell(undefined);
  };

  /** Keeps the new state of a pilot, ends its tokens with it, and says so. */
  const keep = (before: PilotRecord, after: PilotRecord, action: string, by: string): PilotRecord => {
    database.transaction(() => {
      table.update(after);
      access.tokens.endBy(after.id, after.endsAt);
      audit.record({ actor: by, action, subject: after.id, before, after });
    })();
    pilots.set(after.id, after);
    const state = rules.stateAt(after, clock.now());
    if (state === 'ended') {
      access.tokens.revokeAll(after.id, by);
    }
    if (state !== before.state) {
      const detail = `${before.state} to ${state}, by ${by}`;
      events.record(after.id, { at: clock.now(), kind: 'state', code: `pilot_${state}`, detail });
    }
    told();
    return seen(after);
  };

  const add = (
    given: NewPilot & { id: string },
    more: Pick<PilotRecord, 'state' | 'synthetic'>,
    by: string,
  ) => {
    const { id, title, summary, organisation, agreement, target = rules.standardTarget } = given;
    const startsAt = Date.parse(given.startsAt);
    const endsAt = Date.parse(given.endsAt);
    refuse([
      ...rules.dateFaults(startsAt, endsAt),
      ...rules.untilFaults(agreement, 'agreement.'),
      ...rules.targetFaults(target, 'target.'),
    ]);
    if (pilots.has(id) || reserved.has(id)) throw sandboxError('SANDBOX_PILOT_EXISTS', id);
    const head = { id, title, summary, organisation, ...more };
    const pilot = { ...head, startsAt, endsAt, createdAt: clock.now(), agreement, target, members: [] };
    database.transaction(() => {
      table.insert(pilot);
      audit.record({ actor: by, action: 'pilot.create', subject: id, after: pilot });
    })();
    pilots.set(id, pilot);
    told();
    return pilot;
  };

  const setMembers = (id: string, members: readonly string[]): PilotRecord => {
    const pilot = { ...(pilots.get(id) ?? existing(id)), members };
    pilots.set(id, pilot);
    changed.tell(undefined);
    return seen(pilot);
  };
  const addMember = (id: string, email: string, by: string): PilotRecord => {
    const pilot = existing(id);
    const user = access.accounts.byEmail(email);
    if (!user) throw sandboxError('SANDBOX_PILOT_MEMBER_UNKNOWN', email);
    if (pilot.members.includes(user.id)) return pilot;
    database.transaction(() => {
      table.addMember(id, user.id, clock.now());
      audit.record({ actor: by, action: 'pilot.add-member', subject: id, after: { email: user.email } });
    })();
    return setMembers(id, [...pilot.members, user.id]);
  };

  /** Whoever leaves may have kept the secrets of the tokens they issued, so these end with the membership. */
  const revokeTokensOf = (id: string, userId: string, by: string): void => {
    const issuer = access.accounts.byId(userId)?.email;
    if (issuer === undefined) return;
    for (const { name } of access.tokens.revokeIssuedBy(id, issuer, by)) {
      const detail = `${name}, by ${by}: ${issuer}, who issued it, is no member any more`;
      events.record(id, { at: clock.now(), kind: 'token', code: 'token_revoked', detail });
    }
  };

  /** Sleeps from boundary to boundary: what ends, ends then, and those who follow `active()` hear of it. */
  const followDates = async (signal: AbortSignal): Promise<void> => {
    let looked = clock.now();
    while (!signal.aborted) {
      const now = clock.now();
      wake = new AbortController();
      const dates = [...pilots.values()].map((pilot) => rules.nextBoundary(pilot, now) ?? Infinity);
      const untilNext = Math.max(1, Math.min(longestSleepMs, ...dates.map((at) => at - now)));
      await clock.sleep(untilNext, AbortSignal.any([signal, wake.signal]));
      try {
        crossBoundaries(looked, clock.now());
      } catch (error) {
        log.error({ err: error }, `acting on the dates of pilots failed: ${messageOf(error)}`);
      }
      looked = clock.now();
    }
  };
  const crossBoundaries = (from: number, to: number): void => {
    let crossed = false;
    for (const pilot of [...pilots.values()]) {
      const next = rules.nextBoundary(pilot, from);
      if (pilot.state !== 'ended' && rules.stateAt(pilot, to) === 'ended') {
        keep(pilot, { ...pilot, state: 'ended' }, 'pilot.end', 'system');
      } else if (next !== undefined && next <= to) crossed = true;
    }
    if (crossed) changed.tell(undefined);
  };

  return {
    name: 'pilots',
    start: () => {
      crossBoundaries(0, clock.now());
      running ??= followDates(stopped.signal);
      return Promise.resolve();
    },
    stop: async () => {
      stopped.abort();
      await running;
    },

    active: () => {
      const now = clock.now();
      return [...pilots.values()]
        .filter((pilot) => rules.isInForce(pilot, now))
        .map(({ id, agreement }) => {
          const writes = rules.writesOf(agreement);
          return {
            pilot: id,
            grants: rules.grantsOf(agreement),
            ...(writes.length > 0 ? { writes } : {}),
          };
        });
    },
    onChange: (listener) => changed.add(listener),
    keepOutput: (pilot, name, payload, receivedAt) => {
      if (!pilots.has(pilot)) return Promise.reject(sandboxError('SANDBOX_PILOT_UNKNOWN', pilot));
      try {
        outputs.keep(pilot, name, payload, receivedAt);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    },
    recordEvent: (pilot, event) => {
      if (!pilots.has(pilot)) {
        log.warn({ pilot, ...event }, 'an event of a pilot that is not known');
        return;
      }
      try {
        events.record(pilot, event);
      } catch (error) {
        lostEvents += 1;
        const about = { err: error, pilot, ...event, lostEvents };
        log.error(about, `an event of a pilot was not kept: ${messageOf(error)}`);
      }
    },

    list: () => [...pilots.values()].map(seen),
    find: (id) => {
      const pilot = pilots.get(id);
      return pilot && seen(pilot);
    },
    grantsOf: (id) => {
      const pilot = pilots.get(id);
      return pilot && rules.isInForce(pilot, clock.now()) ? rules.grantsOf(pilot.agreement) : undefined;
    },
    agreedGrants: (id) => rules.grantsOf(existing(id).agreement),
    create: (pilot, by) => {
      refuse(rules.agreementFaults(pilot.agreement, registry, 'agreement.'));
      const id = pilot.id ?? freeSlug(pilot.title, (slug) => pilots.has(slug) || reserved.has(slug));
      return add({ ...pilot, id }, { state: 'draft', synthetic: false }, by);
    },
    change: (id, change, by) => {
      const pilot = existing(id);
      const { title = pilot.title, summary = pilot.summary, state = pilot.state } = change;
      if (!rules.mayBecome(pilot.state, state)) {
        throw sandboxError('SANDBOX_PILOT_STATE', `${id} is ${pilot.state} and cannot become ${state}`);
      }
      if (change.endsAt !== undefined) open(id);
      const endsAt = change.endsAt === undefined ? pilot.endsAt : Date.parse(change.endsAt);
      refuse(rules.dateFaults(pilot.startsAt, endsAt));
      return keep(pilot, { ...pilot, title, summary, state, endsAt }, 'pilot.change', by);
    },
    setAgreement: (id, agreement, by) => {
      refuse([...rules.untilFaults(agreement, ''), ...rules.agreementFaults(agreement, registry, '')]);
      return keep(open(id), { ...open(id), agreement }, 'pilot.set-agreement', by);
    },
    setTarget: (id, target, by) => {
      refuse(rules.targetFaults(target, ''));
      return keep(open(id), { ...open(id), target }, 'pilot.set-target', by);
    },
    addMember,
    removeMember: (id, userId, by) => {
      const pilot = existing(id);
      if (!pilot.members.includes(userId)) throw sandboxError('SANDBOX_PILOT_MEMBER_UNKNOWN', userId);
      // First, so that a failure later leaves a member without tokens rather than tokens without a member.
      revokeTokensOf(id, userId, by);
      database.transaction(() => {
        table.removeMember(id, userId);
        audit.record({ actor: by, action: 'pilot.remove-member', subject: id, before: { userId } });
      })();
      return setMembers(
        id,
        pilot.members.filter((member) => member !== userId),
      );
    },
    ensurePilot: ({ state, synthetic, members, ...pilot }) => {
      if (!pilots.has(pilot.id)) add(pilot, { state, synthetic }, 'system');
      for (const email of members) addMember(pilot.id, email, 'system');
      return existing(pilot.id);
    },
    outputs: (id, page) => outputs.page(existing(id).id, page),
    events: (id, limit) => events.newest(existing(id).id, limit),
  };
}

function freeSlug(title: string, taken: (slug: string) => boolean): string {
  const slug = rules.slugOf(title);
  if (!taken(slug)) return slug;
  for (let number = 2; ; number += 1) {
    const next = `${slug.slice(0, 58)}-${number}`;
    if (!taken(next)) return next;
  }
}
