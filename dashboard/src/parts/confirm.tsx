import { Button, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toastFailure } from './toast.tsx'

interface ConfirmProps {
  title: string
  /** What will happen, plainly. */
  children: ReactNode
  act: string
  danger?: boolean
  /** The caller shows something else afterwards. */
  staysOpen?: boolean
  onClose(): void
  onConfirm(): Promise<unknown>
}

/** Says plainly what will happen before it happens. */
export function Confirm({ title, children, act, danger = false, staysOpen = false, onClose, onConfirm }: ConfirmProps) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      if (!staysOpen) onClose()
    } catch (error) {
      toastFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <div className="stack">
        {children}
        <div className="buttons">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button {...(danger ? { color: 'rose' } : {})} loading={busy} onClick={() => void confirm()} data-autofocus>
            {act}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
