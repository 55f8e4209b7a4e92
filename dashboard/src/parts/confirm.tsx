import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './dialog.tsx'
import { Form, useSubmit } from './form.tsx'

interface QuestionProps {
  /** What will happen, plainly. */
  children: ReactNode
  act: string
  danger?: boolean
  onClose(): void
  onConfirm(): Promise<unknown>
}

/** Says plainly what will happen before it happens. */
export function Confirm({ title, onConfirm, ...rest }: QuestionProps & { title: string }) {
  return (
    <Dialog title={title} onClose={rest.onClose}>
      <Question {...rest} onConfirm={() => onConfirm().then(rest.onClose)} />
    </Dialog>
  )
}

/** The question alone, in a dialog that goes on after the answer. A dangerous answer is not given by a stray Enter. */
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
