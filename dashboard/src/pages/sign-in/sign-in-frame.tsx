import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Language } from '#protocol/vocabulary.ts'
import { changeLanguage } from '../../i18n/i18n.ts'
import { Logo } from '../../parts/logo.tsx'
import { useTitle } from '../../router.tsx'
import './sign-in.css'

/** The frame of the pages for people who are not signed in. */
export function SignInFrame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  useTitle(title)
  return (
    <div className="sign-in">
      <svg className="sign-in-arch" viewBox="0 0 600 760" aria-hidden="true" preserveAspectRatio="xMidYMin slice">
        {[0, 34, 68].map(inset => (
          <path
            key={inset}
            d={`M${20 + inset} 780V${330 + inset * 0.4}C${20 + inset} ${170 + inset} ${170 + inset * 0.4} ${120 + inset} 300 ${20 + inset * 1.3}C${430 - inset * 0.4} ${120 + inset} ${580 - inset} ${170 + inset} ${580 - inset} ${330 + inset * 0.4}V780`}
          />
        ))}
      </svg>
      <main className="sign-in-card">
        <Logo size={52} />
        <h1>{title}</h1>
        {lead && <p className="sign-in-lead">{lead}</p>}
        {children}
      </main>
      <footer>
        <SegmentedControl
          size="xs"
          value={i18n.language}
          onChange={value => void changeLanguage(value as Language)}
          aria-label={t('appearance.language')}
          data={[
            { value: 'en', label: <span lang="en">English</span> },
            { value: 'fa', label: <span lang="fa">فارسی</span> },
          ]}
        />
      </footer>
    </div>
  )
}
