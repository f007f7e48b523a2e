import { messageOf, type Logger } from '@city-testbed/runtime';
import { profileLibrary } from '@city-testbed/device-profiles';

export type Label = { readonly en: string; readonly ro: string };

/** What people call a metric, from its device's profile; its own name where no profile tells. */
export type Labels = (profile: string | null, metric: string) => Label;

export function profileLabels(log: Logger): Labels {
  const library = profileLibrary();
  const known = new Map<string, ReadonlyMap<string, Label>>();

  const labelsOf = (profile: string): ReadonlyMap<string, Label> => {
    const kept = known.get(profile);
    if (kept) return kept;
    let labels: ReadonlyMap<string, Label> = new Map();
    try {
      const { metrics, derived } = library.find(profile);
      labels = new Map([...metrics, ...derived].map(({ name, label }) => [name, label]));
    } catch (error) {
      // Gateways may have profiles of their own: names will do.
      log.debug({ profile }, `no labels: ${messageOf(error)}`);
    }
    if (known.size < 1000) known.set(profile, labels);
    return labels;
  };

  return (profile, metric) => {
    const label = profile === null ? undefined : labelsOf(profile).get(metric);
    return label ?? { en: metric, ro: metric };
  };
}
