import { type ComponentType, lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/states.tsx'
import { Link, usePath } from '../../router.tsx'
import { useIsFullOwner } from '../../session.ts'
import NotFound from '../not-found.tsx'
import './settings.css'

interface Section {
  name: string
  owner: boolean
  page: ComponentType
}

const sections: Section[] = [
  { name: 'appearance', owner: false, page: lazy(() => import('./appearance.tsx')) },
  { name: 'account', owner: false, page: lazy(() => import('./account.tsx')) },
  { name: 'people', owner: true, page: lazy(() => import('./people.tsx')) },
  { name: 'keys', owner: true, page: lazy(() => import('./keys.tsx')) },
  { name: 'enrolment', owner: true, page: lazy(() => import('./enrolment.tsx')) },
  { name: 'retention', owner: true, page: lazy(() => import('./retention.tsx')) },
  { name: 'backup', owner: true, page: lazy(() => import('./backup.tsx')) },
  { name: 'about', owner: false, page: lazy(() => import('./about.tsx')) },
]

export default function Settings() {
  const { t } = useTranslation()
  const owner = useIsFullOwner()
  const path = usePath()
  const name = path.split('/')[2] || 'appearance'
  const open = sections.filter(section => owner || !section.owner)
  const here = open.find(section => section.name === name)
  if (!here) return <NotFound />
  const Section = here.page
  return (
    <Page title={t('settings.title')}>
      <div className="settings">
        <nav aria-label={t('settings.title')}>
          {open.map(section => (
            <Link
              key={section.name}
              to={`/settings/${section.name}`}
              aria-current={section === here ? 'page' : undefined}
            >
              {t(`settings.${section.name}`)}
            </Link>
          ))}
        </nav>
        <div className="settings-body">
          <Suspense fallback={<Waiting />}>
            <Section />
          </Suspense>
        </div>
      </div>
    </Page>
  )
}
