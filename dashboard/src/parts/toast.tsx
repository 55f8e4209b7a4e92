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

/** Shows a failure of an act with its remedy. */
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
  // A toast under the pointer or with the focus stays: it may be about to be used.
  const [inUse, setInUse] = useState(false)
  useEffect(() => {
    if (inUse) return
    const timer = setTimeout(() => hide(id), undo ? 12_000 : 6_000)
    return () => clearTimeout(timer)
  }, [id, undo, inUse])
  return (
    <li
      className="toast"
      data-tone={tone}
      onPointerEnter={() => setInUse(true)}
      onPointerLeave={() => setInUse(false)}
      onFocus={() => setInUse(true)}
      onBlur={() => setInUse(false)}
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
