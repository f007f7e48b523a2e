import { Box, Button, Checkbox, Collapse, Group, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconSearch } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../../src/contract/index.ts';
import { names } from '../../components/class-names.ts';
import { unitText } from '../../format/units.ts';
import { useLanguage } from '../../i18n/index.ts';
import type { Reads } from './pilot-draft.ts';
import classes from './ReadsTree.module.css';

interface ReadsTreeProps {
  readonly devices: readonly Device[];
  readonly reads: Reads;
  readonly onChange: (reads: Reads) => void;
}

const all = '*';

/** Devices, each opening to its metrics; a tick at the device grants all of them, also future ones. */
export function ReadsTree({ devices, reads, onChange }: ReadsTreeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const title = useId();
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const shown = devices
    .filter(({ id, name, location }) =>
      plain(`${id} ${name} ${location?.place ?? ''}`).includes(plain(query)),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name, language, { numeric: true }));
  const granted = Object.entries(reads).filter(([, metrics]) => metrics.length > 0);
  const metricCount = granted.reduce((sum, [id, metrics]) => {
    const device = devices.find((each) => each.id === id);
    return sum + (metrics.includes(all) ? (device?.metrics.length ?? 1) : metrics.length);
  }, 0);
  return (
    <Box role="group" aria-labelledby={title} data-testid="reads">
      <Group justify="space-between" gap="xs" mb="xs">
        <Text id={title} size="sm" fw={500}>
          {t('pilotForm.reads')}
        </Text>
        <Text size="sm" c="dimmed" role="status">
          {t('pilotForm.readsChosen', { devices: String(granted.length), metrics: String(metricCount) })}
        </Text>
      </Group>
      {devices.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('pilotForm.readsEmpty')}
        </Text>
      ) : (
        <div className={classes.frame}>
          <TextInput
            type="search"
            variant="unstyled"
            px="sm"
            placeholder={t('pilotForm.readsSearch')}
            aria-label={t('pilotForm.readsSearch')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            // Enter in the filter must not send the whole form.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault();
            }}
          />
          {shown.length === 0 && (
            <Text size="sm" c="dimmed" p="sm">
              {t('pilotForm.readsNone')}
            </Text>
          )}
          <ul className={classes.devices}>
            {shown.map((device) => (
              <DeviceBranch
                key={device.id}
                device={device}
                metrics={reads[device.id] ?? []}
                onChange={(metrics) => onChange({ ...reads, [device.id]: metrics })}
              />
            ))}
          </ul>
        </div>
      )}
    </Box>
  );
}

interface DeviceBranchProps {
  readonly device: Device;
  readonly metrics: readonly string[];
  readonly onChange: (metrics: readonly string[]) => void;
}

function DeviceBranch({ device, metrics, onChange }: DeviceBranchProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const whole = metrics.includes(all);
  const branch = useId();
  const toggle = (name: string, ticked: boolean) => {
    // Taking one away from "all" leaves the others that are known today.
    const before = whole ? device.metrics.map((metric) => metric.name) : metrics;
    onChange(ticked ? [...before, name] : before.filter((each) => each !== name));
  };
  return (
    <li>
      <div className={classes.device}>
        <Checkbox
          label={
            <>
              <span className={classes.name}>{device.name}</span>
              <span className={classes.place}>{device.location?.place ?? device.id}</span>
            </>
          }
          checked={whole}
          indeterminate={!whole && metrics.length > 0}
          onChange={(event) => onChange(event.currentTarget.checked ? [all] : [])}
          data-testid={`read-${device.id}`}
        />
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-expanded={open}
          aria-controls={branch}
          aria-label={t('pilotForm.expand', { device: device.name })}
          rightSection={<IconChevronDown size={16} aria-hidden className={names(open && classes.turned)} />}
          onClick={() => setOpen((shown) => !shown)}
        >
          {whole ? device.metrics.length : metrics.length}/{device.metrics.length}
        </Button>
      </div>
      <Collapse expanded={open} id={branch}>
        <ul className={classes.metrics}>
          {whole && (
            <li>
              <Text size="xs" c="dimmed">
                {t('pilotForm.wholeDevice')}
              </Text>
            </li>
          )}
          {device.metrics.map(({ name, label, unit }) => (
            <li key={name}>
              <Checkbox
                size="xs"
                label={unit === null ? label[language] : `${label[language]} (${unitText(unit)})`}
                checked={whole || metrics.includes(name)}
                onChange={(event) => toggle(name, event.currentTarget.checked)}
              />
            </li>
          ))}
        </ul>
      </Collapse>
    </li>
  );
}
