import { SimpleGrid, Text, Title, UnstyledButton } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Device, MetricState } from '../../../../src/contract/index.ts';
import { names } from '../../components/class-names.ts';
import { MetricValue } from '../../components/MetricValue.tsx';
import { QualityTag, SourceTag } from '../../components/StatusTags.tsx';
import { Age } from '../../components/TimeText.tsx';
import { duration } from '../../format/number.ts';
import { useReasonText } from '../../components/code-texts.ts';
import { useLanguage } from '../../i18n/index.ts';
import classes from './MetricCards.module.css';

interface MetricCardsProps {
  readonly device: Device;
  readonly chosen: string | undefined;
  readonly onChoose: (metric: string) => void;
}

/** A card per metric with its value of now. Choosing one shows its history below. */
export function MetricCards({ device, chosen, onChoose }: MetricCardsProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="metrics">
      <Title order={2} id="metrics" mb="sm">
        {t('device.metrics')}
      </Title>
      {device.metrics.length === 0 ? (
        <Text c="dimmed">{t('device.metricsEmpty')}</Text>
      ) : (
        <SimpleGrid
          component="ul"
          cols={{ base: 2, sm: 3, xl: 4 }}
          spacing="sm"
          className={classes.cards ?? ''}
        >
          {device.metrics.map((metric) => (
            <li key={metric.name}>
              <MetricCard metric={metric} chosen={metric.name === chosen} onChoose={onChoose} />
            </li>
          ))}
        </SimpleGrid>
      )}
    </section>
  );
}

interface MetricCardProps {
  readonly metric: MetricState;
  readonly chosen: boolean;
  readonly onChoose: (metric: string) => void;
}

function MetricCard({ metric, chosen, onChoose }: MetricCardProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReasonText()(metric.reason);
  const label = metric.label[language];
  return (
    <UnstyledButton
      className={names(
        classes.card,
        chosen && classes.chosen,
        metric.source === 'synthetic' && classes.synthetic,
        metric.source === 'replay' && classes.replay,
      )}
      aria-pressed={chosen}
      title={t('device.showHistory', { metric: label })}
      onClick={() => onChoose(metric.name)}
      data-testid={`metric-${metric.name}`}
    >
      <span className={classes.head}>
        <span className={classes.label}>{label}</span>
        <IconChartLine size={16} aria-hidden className={names(classes.icon)} />
      </span>
      <span className={names(classes.value, metric.quality !== 'good' && classes.doubtful)}>
        <MetricValue value={metric.value} unit={metric.unit} testId={`metric-value-${metric.name}`} />
      </span>
      <span className={classes.tags}>
        {metric.observedAt === null ? (
          <span className={classes.note}>{t('quality.none')}</span>
        ) : (
          <>
            {metric.quality !== 'good' && <QualityTag quality={metric.quality} />}
            {metric.source !== null && <SourceTag source={metric.source} />}
          </>
        )}
      </span>
      {metric.quality !== 'good' && reason !== null && <span className={classes.reason}>{reason}</span>}
      <span className={classes.note}>
        {metric.observedAt !== null && <Age at={metric.observedAt} />}
        {metric.intervalMs !== null && (
          <span>{t('device.every', { interval: duration(metric.intervalMs, language) })}</span>
        )}
      </span>
    </UnstyledButton>
  );
}
