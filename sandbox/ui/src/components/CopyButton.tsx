import { Button, Tooltip, ActionIcon, CopyButton as Copier } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface CopyProps {
  readonly value: string;
  /** What is copied, for a screen reader. */
  readonly label: string;
  readonly compact?: boolean;
}

/** Copies a text; says so in words for two seconds. */
export function CopyButton({ value, label, compact = false }: CopyProps) {
  const { t } = useTranslation();
  return (
    <Copier value={value} timeout={2000}>
      {({ copied, copy }) =>
        compact ? (
          <Tooltip label={copied ? t('action.copied') : label}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={copied ? t('action.copied') : label}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        ) : (
          <Button
            size="xs"
            variant="default"
            onClick={copy}
            aria-label={copied ? t('action.copied') : label}
            leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          >
            {copied ? t('action.copied') : t('action.copy')}
          </Button>
        )
      }
    </Copier>
  );
}
