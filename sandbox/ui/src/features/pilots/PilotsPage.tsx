import { Button, Card, SimpleGrid, Skeleton } from '@mantine/core';
import { IconFlask, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pilot } from '../../../../src/contract/index.ts';
import { devicesQuery, pilotsQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { useHasRole } from '../../components/useSession.ts';
import { PilotCard } from './PilotCard.tsx';

const order: Record<Pilot['state'], number> = { live: 0, draft: 1, ended: 2 };

/** All pilots that the reader may see, those that run first. */
export function PilotsPage() {
  const { t } = useTranslation();
  const pilots = useQuery(pilotsQuery());
  const devices = useQuery(devicesQuery());
  const mayCreate = useHasRole('staff', 'admin');
  const create = (
    <Button
      component={Link}
      to="/pilots/new"
      leftSection={<IconPlus size={16} aria-hidden />}
      data-testid="new-pilot"
    >
      {t('pilots.new')}
    </Button>
  );
  const sorted = pilots.data?.toSorted(
    (a, b) => order[a.state] - order[b.state] || a.endsAt.localeCompare(b.endsAt),
  );
  return (
    <>
      <PageHeader
        title={t('pilots.title')}
        lead={t('pilots.lead')}
        actions={mayCreate && sorted?.length !== 0 ? create : undefined}
      />
      {sorted === undefined ? (
        pilots.isError ? (
          <ProblemAlert error={pilots.error} retry={() => void pilots.refetch()} />
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
            {[1, 2, 3].map((card) => (
              <Skeleton key={card} h={250} radius="md" />
            ))}
          </SimpleGrid>
        )
      ) : sorted.length === 0 ? (
        <Card>
          <EmptyState
            order={2}
            icon={<IconFlask />}
            title={t('pilots.emptyTitle')}
            text={mayCreate ? t('pilots.emptyStaff') : t('pilots.emptyOther')}
            action={mayCreate ? create : undefined}
          />
        </Card>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {sorted.map((pilot) => (
            <li key={pilot.id}>
              <PilotCard pilot={pilot} devices={devices.data} />
            </li>
          ))}
        </SimpleGrid>
      )}
    </>
  );
}
