import { Box, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { BrandSign } from '../components/BrandSign.tsx';
import { useSession } from '../components/useSession.ts';
import { names } from '../components/class-names.ts';
import classes from './Shell.module.css';

export function Brand() {
  const { t } = useTranslation();
  const { site } = useSession();
  return (
    <Group gap={10} wrap="nowrap">
      <BrandSign />
      <Box miw={0}>
        <Text fw={650} lh={1.2} className={names(classes.brandName)}>
          {t('product')}
        </Text>
        <Text size="xs" lh={1.3} className={names(classes.brandSite)}>
          {site.name}
        </Text>
      </Box>
    </Group>
  );
}
