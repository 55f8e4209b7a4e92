import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../parts/page.tsx'
import { Note } from '../../parts/states.tsx'

export default function Backup() {
  const { t } = useTranslation()
  return (
    <Card title={t('backup.title')} lead={t('backup.lead')}>
      <div className="stack">
        <Note tone="saffron">{t('backup.secret')}</Note>
        <div className="buttons">
          <Button component="a" href="/api/backup" download leftSection={<Download size={16} />}>
            {t('backup.download')}
          </Button>
        </div>
        <p className="quiet">{t('backup.restore')}</p>
      </div>
    </Card>
  )
}
