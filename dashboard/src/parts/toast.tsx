import { Button, CloseButton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../api/http.ts'
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
  const { message, hint } = wordsOf(error)
  toast({ tone: 'rose', text: `${message} ${hint}` })
}

export function Toasts() {
  const all = useSignal(shown)
  return (
    <div role="status" aria-live="polite">
      <ul className="toasts">
        {all.map(one => (
          <One key={one.id} toast={one} />
        ))}
      </ul>
    </div>
  )
}

function One({ toast: { id, text, tone = 'plain', undo } }: { toast: Toast & { id: number } }) {
  const { t } = useTranslation()
  // Nothing goes away under the hand that is about to use it.
  const [touched, setTouched] = useState(false)
  useEffect(() => {
    if (touched) return
    const timer = setTimeout(() => hide(id), undo ? 12_000 : 6_000)
    return () => clearTimeout(timer)
  }, [id, undo, touched])
  return (
    <li
      className="toast"
      data-tone={tone}
      onPointerEnter={() => setTouched(true)}
      onPointerLeave={() => setTouched(false)}
      onFocus={() => setTouched(true)}
      onBlur={() => setTouched(false)}
    >
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
    </li>
  )
}
