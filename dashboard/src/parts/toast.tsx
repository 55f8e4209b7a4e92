import { Button, CloseButton } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api/http.ts'
import { Signal, useSignal } from '../signal.ts'
import type { Tone } from './states.tsx'

interface Toast {
  text: string
  tone?: Tone
  /** Offered for as long as the toast is shown. */
  undo?: () => void
}

const shown = new Signal<readonly (Toast & { id: number })[]>([])
let nextId = 1
const hide = (id: number) => shown.set(shown.value.filter(one => one.id !== id))

export function toast(message: Toast): void {
  shown.set([...shown.value.slice(-2), { ...message, id: nextId++ }])
}

/** For mutations: what the gateway said, with its remedy. */
export function toastFailure(error: unknown): void {
  const text = error instanceof ApiFailure ? `${error.message} ${error.hint}` : String((error as Error).message)
  toast({ tone: 'rose', text })
}

export function Toasts() {
  const all = useSignal(shown)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map(one => (
        <One key={one.id} toast={one} />
      ))}
    </div>
  )
}

function One({ toast: { id, text, tone = 'plain', undo } }: { toast: Toast & { id: number } }) {
  const { t } = useTranslation()
  useEffect(() => {
    const timer = setTimeout(() => hide(id), undo ? 12_000 : 6_000)
    return () => clearTimeout(timer)
  }, [id, undo])
  return (
    <div className="toast" data-tone={tone}>
      <span>{text}</span>
      {undo && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            hide(id)
            undo()
          }}
        >
          {t('act.undo')}
        </Button>
      )}
      <CloseButton size="sm" aria-label={t('act.close')} onClick={() => hide(id)} />
    </div>
  )
}
