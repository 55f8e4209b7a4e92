import { type ReactNode, useState } from 'react'
import { Note } from './states.tsx'
import { toastFailure } from './toast.tsx'

interface FormProps {
  onSubmit(): unknown
  className?: string
  children: ReactNode
}

/** A form that stays on its page: `onSubmit` runs, and the browser itself sends nothing. */
export function Form({ onSubmit, className = 'stack', children }: FormProps) {
  return (
    <form
      className={className}
      onSubmit={event => {
        event.preventDefault()
        void onSubmit()
      }}
    >
      {children}
    </form>
  )
}

/**
 * Runs the act of a form; `busy` is true until the act's promise settles. A rejection is passed to `onFailure`, by
 * default a toast; `submit` itself never rejects.
 */
export function useSubmit(onFailure: (error: unknown) => void = toastFailure) {
  const [busy, setBusy] = useState(false)
  const submit = async (act: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    try {
      await act()
    } catch (error) {
      onFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return { busy, submit }
}

/** A failure that is shown inside the form. Screen readers announce it. */
export function Problem({ text }: { text: string | undefined }) {
  if (!text) return null
  return (
    <div role="alert">
      <Note tone="rose">{text}</Note>
    </div>
  )
}
