import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** While the session or a page's code is on its way. */
export function Starting() {
  const { t } = useTranslation();
  return (
    <Center mih="60vh" role="status" aria-label={t('loading')}>
      <Loader type="dots" />
    </Center>
  );
}
