import { Stack } from '@mantine/core';
import type { Pilot } from '../../../../../src/contract/index.ts';
import { LiveSection } from './LiveSection.tsx';
import { OutputsSection } from './OutputsSection.tsx';

/** What passes now, and what the service has produced. */
export function MessagesTab({ pilot }: { readonly pilot: Pilot }) {
  return (
    <Stack gap="lg">
      <LiveSection pilot={pilot} />
      <OutputsSection pilot={pilot} />
    </Stack>
  );
}
