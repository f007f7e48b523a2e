import {
  Alert,
  Button,
  Group,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertCircle } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../../src/contract/index.ts';
import { problemOf } from '../../api/problem.ts';
import { ProblemAlert } from '../../components/ProblemAlert.tsx';
import { Section } from '../../components/Section.tsx';
import { cityTime } from '../../format/time.ts';
import { cityInstant } from '../../format/zone.ts';
import { useLanguage } from '../../i18n/index.ts';
import { faultsOf, serverFaults, type Fault, type Field, type PilotDraft } from './pilot-draft.ts';
import { ReadsTree } from './ReadsTree.tsx';

interface PilotFormProps {
  readonly initial: PilotDraft;
  readonly devices: readonly Device[];
  readonly submitLabel: string;
  readonly busy: boolean;
  readonly error: unknown;
  /** Fields that may not be changed any more. */
  readonly fixed?: readonly Field[];
  readonly onSubmit: (draft: PilotDraft) => void;
  readonly onCancel: () => void;
}

/** What is agreed before a pilot starts. Faults stand at their field, the server's too. */
export function PilotForm(props: PilotFormProps) {
  const { initial, devices, submitLabel, busy, error, fixed = [], onSubmit, onCancel } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const words = (fault: Fault): string => {
    switch (fault.code) {
      case 'short':
      case 'long':
        return t(`pilotForm.fault.${fault.code}`, { count: fault.count });
      case 'range':
        return t('pilotForm.fault.range', {
          low: fault.low.toLocaleString(language),
          high: fault.high.toLocaleString(language),
        });
      default:
        return t(`pilotForm.fault.${fault.code}`);
    }
  };
  const form = useForm<PilotDraft>({
    initialValues: initial,
    validate: (draft) =>
      Object.fromEntries(Object.entries(faultsOf(draft)).map(([field, fault]) => [field, words(fault)])),
    onSubmitPreventDefault: 'always',
  });
  const { setErrors } = form;
  useEffect(() => {
    if (error === null) return;
    const faults = Object.entries(serverFaults(problemOf(error)));
    if (faults.length === 0) return;
    setErrors(
      Object.fromEntries(faults.map(([field, allowed]) => [field, t('pilotForm.fault.server', { allowed })])),
    );
  }, [error, setErrors, t]);

  const field = (name: Field) => ({ ...form.getInputProps(name), disabled: fixed.includes(name) });
  // The browser writes dates its own way; the words below say which day it is.
  const day = (name: 'starts' | 'ends' | 'until', hint?: string) => {
    const at = cityInstant(form.values[name]);
    const words = Number.isNaN(at) ? undefined : cityTime(at, language, 'date');
    return {
      type: 'date',
      required: true,
      description: [words, hint].filter(Boolean).join(' · '),
      inputWrapperOrder: ['label', 'input', 'description', 'error'] as (
        'label' | 'input' | 'description' | 'error'
      )[],
      ...field(name),
    };
  };
  const number = (name: 'intervalMinutes' | 'completeness' | 'latencySeconds' | 'minimum') => ({
    ...field(name),
    decimalSeparator: language === 'ro' ? ',' : '.',
    thousandSeparator: language === 'ro' ? '.' : ',',
    min: 0,
  });
  const focusFirst = () => {
    window.setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
  };
  return (
    <form onSubmit={form.onSubmit(onSubmit, focusFirst)} noValidate data-testid="pilot-form">
      <Stack gap="lg">
        {error !== null && <ProblemAlert error={error} title={t('pilotForm.faults')} />}
        <Section title={t('pilotForm.about')}>
          <Stack>
            <TextInput
              label={t('pilotForm.name')}
              placeholder={t('pilotForm.namePlaceholder')}
              required
              {...field('title')}
            />
            <Textarea
              label={t('pilotForm.summary')}
              description={t('pilotForm.summaryHint')}
              autosize
              minRows={3}
              {...field('summary')}
            />
            <TextInput label={t('pilotForm.organisation')} required {...field('organisation')} />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput label={t('pilotForm.starts')} {...day('starts')} />
              <TextInput label={t('pilotForm.ends')} {...day('ends')} />
            </SimpleGrid>
          </Stack>
        </Section>
        <Section title={t('pilotForm.agreement')}>
          <Stack>
            <Textarea
              label={t('pilotForm.purpose')}
              description={t('pilotForm.purposeHint')}
              required
              autosize
              minRows={2}
              {...field('purpose')}
            />
            <TextInput label={t('pilotForm.until')} {...day('until', t('pilotForm.untilHint'))} />
            <ReadsTree
              devices={devices}
              reads={form.values.reads}
              onChange={(reads) => form.setFieldValue('reads', reads)}
            />
            {form.errors['reads'] !== undefined && (
              <Text c="red" size="sm" role="alert">
                {form.errors['reads']}
              </Text>
            )}
          </Stack>
        </Section>
        <Section title={t('pilotForm.target')} lead={t('pilotForm.targetLead')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
            <NumberInput
              label={t('pilotForm.interval')}
              description={t('pilotForm.intervalHint')}
              decimalScale={0}
              {...number('intervalMinutes')}
            />
            <NumberInput
              label={t('pilotForm.completeness')}
              description={t('pilotForm.completenessHint')}
              max={100}
              decimalScale={2}
              {...number('completeness')}
            />
            <NumberInput
              label={t('pilotForm.latency')}
              description={t('pilotForm.latencyHint')}
              decimalScale={3}
              {...number('latencySeconds')}
            />
            <NumberInput
              label={t('pilotForm.minimum')}
              description={t('pilotForm.minimumHint')}
              decimalScale={0}
              {...number('minimum')}
            />
          </SimpleGrid>
        </Section>
        {Object.keys(form.errors).length > 0 && (
          <Alert color="red" icon={<IconAlertCircle aria-hidden />} role="status">
            {t('problem.invalid')}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
