// These imports come first, so that rules of equal weight in the pages' own style sheets override these style sheets.
import './styles/mantine.ts'
import '@fontsource-variable/figtree/wght.css'
import '@fontsource-variable/vazirmatn/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import './styles/shell.css'
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type ComponentType, lazy, Suspense, useEffect, useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { me, queryClient } from './api/queries.ts'
import { live } from './live/live.ts'
import Overview from './pages/overview/overview.tsx'
import { Boundary } from './parts/boundary.tsx'
import { Failure, Waiting } from './parts/states.tsx'
import { Toasts } from './parts/toast.tsx'
import { go, usePath } from './router.tsx'
import { PersonContext } from './session.ts'
import { Shell } from './shell/shell.tsx'
import { theme } from './theme.ts'

const page = <P extends object>(load: () => Promise<{ default: ComponentType<P> }>) => lazy(load)
const Pending = page(() => import('./pages/pending/pending.tsx'))
const Device = page(() => import('./pages/device/device.tsx'))
const Journal = page(() => import('./pages/journal/journal.tsx'))
const Settings = page(() => import('./pages/settings/settings.tsx'))
const SignIn = page(() => import('./pages/sign-in/sign-in.tsx'))
const Setup = page(() => import('./pages/sign-in/setup.tsx'))
const Invite = page(() => import('./pages/sign-in/invite.tsx'))
const Missing = page(() => import('./pages/not-found.tsx'))

export function App({ nonce }: { nonce: string }) {
  return (
    <DirectionProvider initialDirection={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queryClient}>
          <Direction />
          <Boundary>
            <Main />
          </Boundary>
          <Toasts />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  )
}

/** Sets the writing direction of the language in Mantine's own context, from which Mantine's components read it. */
function Direction() {
  const { i18n } = useTranslation()
  const { setDirection } = useDirection()
  useLayoutEffect(() => setDirection(i18n.language === 'fa' ? 'rtl' : 'ltr'), [i18n.language, setDirection])
  return null
}

const signedOutPaths = ['/sign-in', '/setup', '/invite']

/**
 * Shows the page of the address to people who are signed in. Redirects others to the sign-in page, which returns them
 * to that address.
 */
function Main() {
  const { data, error, refetch } = useQuery(me)
  const path = usePath()
  const person = data?.person
  const needsSignIn = !signedOutPaths.includes(path)

  useEffect(() => {
    if (!data) return
    if (!person && needsSignIn) {
      const back = path === '/' ? '' : `?to=${encodeURIComponent(path)}`
      go(data.needsOwner ? '/setup' : `/sign-in${back}`, 'replace')
    } else if (person && path === '/sign-in') {
      const to = new URLSearchParams(location.search).get('to') ?? '/'
      go(/^\/(?![/\\])[^\s]*$/.test(to) ? to : '/', 'replace')
    }
  }, [data, person, needsSignIn, path])

  const signedIn = person !== null && person !== undefined
  useEffect(() => {
    if (!signedIn) return
    live.start()
    return () => live.stop()
  }, [signedIn])

  if (error && !data) return <Failure error={error} retry={() => void refetch()} whole />
  if (!data) return <Waiting whole />
  if (!needsSignIn) {
    return (
      <Suspense fallback={<Waiting whole />}>
        {path === '/setup' ? <Setup /> : path === '/invite' ? <Invite /> : person ? null : <SignIn />}
      </Suspense>
    )
  }
  if (!person) return <Waiting whole />
  return (
    <PersonContext value={person}>
      <Shell>
        <Boundary key={path}>
          <Suspense fallback={<Waiting />}>
            <CurrentPage path={path} />
          </Suspense>
        </Boundary>
      </Shell>
    </PersonContext>
  )
}

function CurrentPage({ path }: { path: string }) {
  if (path === '/') return <Overview />
  if (path === '/gate') return <Pending />
  if (path === '/journal') return <Journal />
  if (path === '/settings' || path.startsWith('/settings/')) return <Settings />
  const device = /^\/devices\/([^/]+)$/.exec(path)?.[1]
  return device ? <Device key={device} id={decodeURIComponent(device)} /> : <Missing />
}
