import { Card, Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Indicator } from '../../../../../src/contract/index.ts';
import { Facts, type Fact } from '../../../components/Facts.tsx';
import { VerdictTag } from '../../../components/StatusTags.tsx';
import { counted, duration, percent } from '../../../format/number.ts';
import { useLanguage } from '../../../i18n/index.ts';
import classes from './IndicatorCard.module.css';
import { scaleOf } from './scale.ts';

/** One figure against its target: value, target, interval, and what it rests on. */
export function IndicatorCard({ indicator }: { readonly indicator: Indicator }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, value, unit, target, better, n, missingShare, interval, expected, verdict } = indicator;
  const show = (figure: number, digits = 1) =>
    unit === '%' ? percent(figure, language, digits) : duration(figure, language);
  const facts: Fact[] = [
    {
      name: t('results.n'),
      value:
        id === 'completeness'
          ? t('results.slots', { count: n, shown: counted(n, language) })
          : t('results.readings', { count: n, shown: counted(n, language) }),
    },
    ...(expected === null ? [] : [{ name: t('results.expected'), value: counted(expected, language) }]),
    ...(missingShare === null
      ? []
      : [{ name: t('results.missing'), value: percent(missingShare * 100, language, 2) }]),
    ...(interval === null
      ? []
      : [
          {
            name: t('results.interval', { confidence: percent(interval.confidence * 100, language, 0) }),
            value: (
              <span title={interval.method}>
                {t('results.intervalValue', { low: show(interval.low, 2), high: show(interval.high, 2) })}
              </span>
            ),
          },
        ]),
  ];
  return (
    <Card component="article" data-testid={`indicator-${id}`}>
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        <div>
          <Title order={3}>{t(`results.indicator.${id}`)}</Title>
          <Text size="sm" c="dimmed">
            {t(`results.indicator.${id}Text`)}
          </Text>
        </div>
        <VerdictTag verdict={verdict} />
      </Group>
      <Text className={classes.value ?? ''}>{value === null ? t('results.noValue') : show(value, 2)}</Text>
      <Text size="sm" mb="xs">
        {better === 'higher'
          ? t('results.targetAtLeast', { value: show(target) })
          : t('results.targetAtMost', { value: show(target) })}
      </Text>
      {value !== null && <Scale indicator={indicator} value={value} />}
      <Facts facts={facts} />
    </Card>
  );
}

/** Where the value stands to its target; the words above say the same. */
function Scale({ indicator, value }: { readonly indicator: Indicator; readonly value: number }) {
  const { at, targetAt, low, high } = scaleOf(indicator, value);
  return (
    <div className={classes.scale} aria-hidden>
      <div className={classes[indicator.verdict]} style={{ width: `${at}%` }} />
      {low !== null && high !== null && (
        <div
          className={classes.interval}
          style={{ left: `${low}%`, width: `${Math.max(0.6, high - low)}%` }}
        />
      )}
      <div className={classes.target} style={{ left: `${targetAt}%` }} />
    </div>
  );
}
