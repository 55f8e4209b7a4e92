import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Language } from '#protocol/vocabulary.ts'
import { changeLanguage } from '../../i18n/i18n.ts'
import { Card } from '../../parts/page.tsx'
import { Moment, useNow } from '../../parts/time.tsx'

export default function Appearance() {
  const { t, i18n } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const now = useNow(1_000)
  return (
    <>
      <Card title={t('appearance.scheme')} lead={t('appearance.schemeLead')}>
        <SegmentedControl
          value={colorScheme}
          onChange={value => setColorScheme(value as MantineColorScheme)}
          aria-label={t('appearance.scheme')}
          data={(['auto', 'light', 'dark'] as const).map(value => ({ value, label: t(`appearance.${value}`) }))}
        />
      </Card>
      <Card title={t('appearance.language')} lead={t('appearance.languageLead')}>
        <SegmentedControl
          value={i18n.language}
          onChange={value => void changeLanguage(value as Language)}
          aria-label={t('appearance.language')}
          data={[
            { value: 'en', label: <span lang="en">English</span> },
            { value: 'fa', label: <span lang="fa">فارسی</span> },
          ]}
        />
        <p className="quiet">
          {t('appearance.now')} <Moment at={now} />
        </p>
      </Card>
    </>
  )
}
