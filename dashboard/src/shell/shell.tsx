import { Bell, DoorOpen, LayoutGrid, ScrollText, Settings2 } from 'lucide-react'
import { type ComponentType, type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format.ts'
import { live } from '../live/live.ts'
import { Logo } from '../parts/logo.tsx'
import { Link, usePath } from '../router.tsx'
import { useSelected } from '../signal.ts'
import { AwayBanner } from './away-banner.tsx'
import { ConnectionBanner, ConnectionMark } from './connection-mark.tsx'
import { ModeBanner } from './mode-banner.tsx'
import { Paused } from './paused.tsx'
import { PersonMenu } from './person-menu.tsx'

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const path = usePath()
  const waiting = useSelected(live.devices.all, all => all?.filter(({ state }) => state === 'pending').length ?? 0)
  // The focused element may be gone with its page: the focus moves to the content of the new page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <header className="rail">
        <Link to="/" className="brand" aria-label={t('shell.home')}>
          <Logo />
          <span>{t('shell.name')}</span>
        </Link>
        <nav aria-label={t('shell.nav')}>
          <NavLink
            to="/"
            icon={LayoutGrid}
            label={t('shell.overview')}
            here={path === '/' || path.startsWith('/devices')}
          />
          <NavLink to="/gate" icon={DoorOpen} label={t('shell.pending')} here={path === '/gate'} count={waiting} />
          <NavLink to="/journal" icon={ScrollText} label={t('shell.journal')} here={path === '/journal'} />
          <NavLink to="/settings" icon={Settings2} label={t('shell.settings')} here={path.startsWith('/settings')} />
        </nav>
        <div className="rail-end">
          <ConnectionMark />
          <PersonMenu />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <ConnectionBanner />
        <Paused />
        <AwayBanner />
        <ModeBanner />
        {children}
      </main>
    </div>
  )
}

interface NavLinkProps {
  to: string
  icon: ComponentType<{ size?: number; strokeWidth?: number; 'aria-hidden'?: boolean }>
  label: string
  here: boolean
  count?: number
}

function NavLink({ to, icon: Icon, label, here, count = 0 }: NavLinkProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Link to={to} className="rail-link" aria-current={here ? 'page' : undefined}>
      <Icon size={20} strokeWidth={1.75} aria-hidden />
      <span>{label}</span>
      {count > 0 && (
        <span className="rail-count">
          <Bell size={11} aria-hidden />
          <span className="sr-only">{t('shell.waiting')} </span>
          {format.number(count)}
        </span>
      )}
    </Link>
  )
}
