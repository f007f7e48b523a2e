import { Card, Group, SimpleGrid, Skeleton, Text, Title } from '@mantine/core';
import { IconBuildingBroadcastTower } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Device, Gateway } from '../../../../src/contract/index.ts';
import { devicesQuery, gatewaysQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { StateShape } from '../../components/StateShape.tsx';
import { StateTag } from '../../components/StatusTags.tsx';
import { Tag } from '../../components/Tag.tsx';
import { Age } from '../../components/TimeText.tsx';
import { counted } from '../../format/number.ts';
import { useLanguage } from '../../i18n/index.ts';
import classes from './GatewaysPage.module.css';

/** The field boxes: are they there, and is what they read arriving? */
export function GatewaysPage() {
  const { t } = useTranslation();
  const gateways = useQuery(gatewaysQuery());
  const devices = useQuery(devicesQuery());
  return (
    <>
      <PageHeader title={t('gateways.title')} lead={t('gateways.lead')} />
      {gateways.data === undefined ? (
        gateways.isError ? (
          <ProblemAlert error={gateways.error} retry={() => void gateways.refetch()} />
        ) : (
          <Skeleton h={220} radius="md" />
        )
      ) : gateways.data.length === 0 ? (
        <Card>
          <EmptyState
            order={2}
            icon={<IconBuildingBroadcastTower />}
            title={t('gateways.emptyTitle')}
            text={t('gateways.emptyText')}
          />
        </Card>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {gateways.data.map((gateway) => (
            <li key={gateway.id}>
              <GatewayCard gateway={gateway} devices={devices.data ?? []} />
            </li>
          ))}
        </SimpleGrid>
      )}
    </>
  );
}

interface GatewayCardProps {
  readonly gateway: Gateway;
  readonly devices: readonly Device[];
}

function GatewayCard({ gateway, devices }: GatewayCardProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const count = (value: number) => <span className="figures">{counted(value, language)}</span>;
  return (
    <Card component="article" h="100%" data-testid={`gateway-${gateway.id}`}>
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} className={classes.name ?? ''}>
          {gateway.id}
        </Title>
        {gateway.lastSeenAt === null ? (
          <Tag tone="neutral">{t('gateways.waiting')}</Tag>
        ) : (
          <StateTag state={gateway.state} />
        )}
      </Group>
      <Facts
        facts={[
          { name: t('gateways.lastSeen'), value: <Age at={gateway.lastSeenAt} /> },
          { name: t('gateways.batches'), value: count(gateway.batchesStored) },
          {
            name: t('gateways.gaps'),
            value: (
              <Group gap="xs" component="span">
                {count(gateway.sequenceGaps)}
              </Group>
            ),
          },
          { name: t('gateways.version'), value: gateway.version ?? '–' },
        ]}
      />
      {gateway.sequenceGaps > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('gateways.gapsHint')}
        </Text>
      )}
      <Title order={3} mt="lg" mb="xs" fz="sm">
        {gateway.devices.length === 0
          ? t('gateways.noDevices')
          : t('gateways.devices', { count: gateway.devices.length })}
      </Title>
      <ul className={classes.devices}>
        {gateway.devices.map((id) => {
          const device = devices.find((each) => each.id === id);
          return (
            <li key={id}>
              <Link to={`/devices/${id}`} className={classes.device}>
                {device && <StateShape state={device.state} />}
                {device?.name ?? id}
                {device && <span className="visually-hidden">{t(`state.${device.state}`)}</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
