import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'
import { go } from '../router.tsx'

export default function NotFound() {
  const { t } = useTranslation()
  return (
    <Page title={t('missing.title')}>
      <Empty title={t('missing.lead')}>
        <Button onClick={() => go('/')}>{t('missing.home')}</Button>
      </Empty>
    </Page>
  )
}
