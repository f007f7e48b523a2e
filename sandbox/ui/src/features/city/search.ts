import type { Device } from '../../../../src/contract/index.ts';

/** Letters without their marks, so that "Piata" finds "Piața". */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether every word of a search is found in the device's names, place or quantities. */
export function matches(device: Device, query: string): boolean {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = plain(
    [
      device.id,
      device.name,
      device.gateway,
      device.profile ?? '',
      device.location?.place ?? '',
      ...device.metrics.flatMap(({ name, label }) => [name, label.en, label.ro]),
    ].join(' '),
  );
  return words.every((word) => text.includes(word));
}
