import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './dialog.tsx'
import { Form, useSubmit } from './form.tsx'

interface QuestionProps {
  /** The consequences of the act. */
  children: ReactNode
  act: string
  danger?: boolean
  onClose(): void
  onConfirm(): Promise<unknown>
}

/** A dialog that names the consequences of an act and asks before it. */
export function Confirm({ title, onConfirm, ...rest }: QuestionProps & { title: string }) {
  return (
    <Dialog title={title} onClose={rest.onClose}>
      <Question {...rest} onConfirm={() => onConfirm().then(rest.onClose)} />
    </Dialog>
  )
}

/**
 * The question without its dialog, for a dialog that stays open after the answer. The button of a dangerous act does
 * not have the focus at first, so that a stray Enter does not start the act.
 */
export function Question({ children, act, danger = false, onClose, onConfirm }: QuestionProps) {
  const { t } = useTranslation()
  const { busy, submit } = useSubmit()
  return (
    <Form onSubmit={() => submit(onConfirm)}>
      {children}
      <div className="buttons">
        <Button variant="default" onClick={onClose} data-autofocus={danger || undefined}>
          {t('act.cancel')}
        </Button>
        <Button
          type="submit"
          {...(danger ? { color: 'rose' } : {})}
          loading={busy}
          data-autofocus={!danger || undefined}
        >
          {act}
        </Button>
      </div>
    </Form>
  )
}
