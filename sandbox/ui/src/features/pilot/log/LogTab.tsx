import { Stack } from '@mantine/core';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { EventsSection } from './EventsSection.tsx';
import { MembersSection } from './MembersSection.tsx';

/** Who follows the pilot, and what happened to it. */
export function LogTab({ pilot }: { readonly pilot: Pilot }) {
  return (
    <Stack gap="lg">
      <MembersSection pilot={pilot} />
      <EventsSection pilot={pilot} />
    </Stack>
  );
}
