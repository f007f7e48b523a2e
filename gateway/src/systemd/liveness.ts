import type { Activity } from '../model/activity.ts';

/** Why the pipeline does not move: the parts that should have moved on and did not. Undefined while all do. */
export function stuckParts(activities: readonly Activity[], now: number): string | undefined {
  const late = activities.flatMap(({ name, dueAt }) => {
    if (dueAt === undefined || now <= dueAt) return [];
    const by = now - dueAt;
    return [`${name} ${Number.isFinite(by) ? `is ${String(Math.round(by / 1000))} s late` : 'stands still'}`];
  });
  return late.length === 0 ? undefined : late.join(', ');
}
