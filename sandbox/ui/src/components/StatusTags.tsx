import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockExclamation,
  IconFileDescription,
  IconFlagCheck,
  IconHistory,
  IconPlayerPlayFilled,
  IconQuestionMark,
  IconRobot,
  IconSquareXFilled,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DeviceState, PilotState, Quality, Source, Verdict } from '../../../src/contract/index.ts';
import type { Tone } from '../theme/palette.ts';
import { Tag } from './Tag.tsx';

const stateLooks = {
  online: { tone: 'ok', icon: <IconCircleCheckFilled aria-hidden /> },
  stale: { tone: 'warn', icon: <IconAlertTriangleFilled aria-hidden /> },
  offline: { tone: 'bad', icon: <IconSquareXFilled aria-hidden /> },
} as const satisfies Record<DeviceState, { tone: Tone; icon: unknown }>;

/** Online, silent or offline. */
export function StateTag({ state }: { readonly state: DeviceState }) {
  const { t } = useTranslation();
  const { tone, icon } = stateLooks[state];
  return (
    <Tag tone={tone} icon={icon} hint={t(`state.${state}Hint`)} testId="device-state">
      {t(`state.${state}`)}
    </Tag>
  );
}

const sourceLooks = {
  live: { tone: 'neutral', icon: null },
  replay: { tone: 'replay', icon: <IconHistory aria-hidden /> },
  synthetic: { tone: 'synthetic', icon: <IconRobot aria-hidden /> },
} as const;

/** Where a value comes from. Live is the rule, so it stays quiet unless asked for. */
export function SourceTag({ source, quiet = false }: { readonly source: Source; readonly quiet?: boolean }) {
  const { t } = useTranslation();
  if (quiet && source === 'live') return null;
  const { tone, icon } = sourceLooks[source];
  return (
    <Tag tone={tone} icon={icon} hint={t(`source.${source}Hint`)}>
      {t(`source.${source}`)}
    </Tag>
  );
}

const qualityLooks = {
  good: { tone: 'ok', icon: <IconCircleCheckFilled aria-hidden /> },
  bad: { tone: 'bad', icon: <IconCircleXFilled aria-hidden /> },
  stale: { tone: 'warn', icon: <IconClockExclamation aria-hidden /> },
} as const;

export function QualityTag({ quality }: { readonly quality: Quality }) {
  const { t } = useTranslation();
  const { tone, icon } = qualityLooks[quality];
  return (
    <Tag tone={tone} icon={icon}>
      {t(`quality.${quality}`)}
    </Tag>
  );
}

const pilotLooks = {
  draft: { tone: 'neutral', icon: <IconFileDescription aria-hidden /> },
  live: { tone: 'brand', icon: <IconPlayerPlayFilled aria-hidden /> },
  ended: { tone: 'neutral', icon: <IconFlagCheck aria-hidden /> },
} as const;

export function PilotStateTag({ state }: { readonly state: PilotState }) {
  const { t } = useTranslation();
  const { tone, icon } = pilotLooks[state];
  return (
    <Tag tone={tone} icon={icon} testId="pilot-state">
      {t(`pilots.state.${state}`)}
    </Tag>
  );
}

const verdictLooks = {
  met: { tone: 'ok', icon: <IconCircleCheckFilled aria-hidden /> },
  not_met: { tone: 'bad', icon: <IconCircleXFilled aria-hidden /> },
  insufficient_data: { tone: 'warn', icon: <IconQuestionMark aria-hidden /> },
  not_measured: { tone: 'neutral', icon: <IconCircleDashed aria-hidden /> },
} as const;

/** The four words of an evaluation. */
export function VerdictTag({
  verdict,
  large = false,
}: {
  readonly verdict: Verdict;
  readonly large?: boolean;
}) {
  const { t } = useTranslation();
  const { tone, icon } = verdictLooks[verdict];
  return (
    <Tag tone={tone} icon={icon} hint={t(`verdict.${verdict}Text`)} testId="verdict" large={large}>
      {t(`verdict.${verdict}`)}
    </Tag>
  );
}

/** A mark on everything that belongs to the demonstration city. */
export function DemonstrationTag() {
  const { t } = useTranslation();
  return (
    <Tag tone="synthetic" icon={<IconRobot aria-hidden />} hint={t('source.syntheticHint')}>
      {t('pilots.synthetic')}
    </Tag>
  );
}
