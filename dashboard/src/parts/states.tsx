import { Button } from '@mantine/core'
import { CloudOff, RotateCw } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../api/http.ts'
import { Arcade, Logo } from './logo.tsx'

/** Shows nothing for the first 200 ms, so that a quick answer does not flicker, then the logo. */
export function Waiting({ whole = false }: { whole?: boolean }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="waiting" data-whole={whole} role="status" aria-busy="true">
      {shown && (
        <>
          <Logo size={44} />
          <span className="sr-only">{t('state.loading')}</span>
        </>
      )}
    </div>
  )
}

interface FailureProps {
  error: unknown
  retry?: () => void
  whole?: boolean
}

/** Shows a failure in place of the content: message, hint, and a retry button where a retry can help. */
export function Failure({ error, retry, whole = false }: FailureProps) {
  const { t } = useTranslation()
  const { message, hint } = wordsOf(error)
  const Heading = whole ? 'h1' : 'h2'
  return (
    <div className="failure" data-whole={whole} role="alert">
      <CloudOff size={30} strokeWidth={1.5} aria-hidden />
      <Heading>{message}</Heading>
      <p>{hint}</p>
      {retry && (
        <Button variant="default" leftSection={<RotateCw size={16} />} onClick={retry}>
          {t('state.retry')}
        </Button>
      )}
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  lit?: boolean
}

export function Empty({ title, children, lit = false }: EmptyProps) {
  return (
    <div className="empty">
      <Arcade lit={lit} />
      <h2>{title}</h2>
      {children}
    </div>
  )
}

export function Note({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className="note" data-tone={tone}>
      {children}
    </div>
  )
}

export type Tone = 'plain' | 'accent' | 'saffron' | 'rose' | 'leaf'

export function Pill({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className="pill" data-tone={tone} title={title}>
      {children}
    </span>
  )
}
