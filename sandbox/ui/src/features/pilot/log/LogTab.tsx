import { Stack } from '@mantine/core';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { EventsSection } from './EventsSection.tsx';
import { MembersSection } from './MembersSection.tsx';

/** What happened to the pilot, and who follows it. */
export function LogTab({ pilot }: { readonly pilot: Pilot }) {
  return (
    <Stack gap="lg">
      <EventsSection pilot={pilot} />
      <MembersSection pilot={pilot} />
    </Stack>
  );
}
