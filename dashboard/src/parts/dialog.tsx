import { Modal } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface DialogProps {
  title: string
  children: ReactNode
  onClose(): void
}

/** A modal, open while it is rendered. On closing, the focus returns to the element that had it, else to the page. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const { t } = useTranslation()
  const [before] = useState(() => document.activeElement as HTMLElement | null)
  useEffect(
    () => () => {
      const still = before?.isConnected && !(before as HTMLButtonElement).disabled
      const to = still ? before : document.getElementById('content')
      to?.focus({ preventScroll: !still })
    },
    [before],
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      {children}
    </Modal>
  )
}
