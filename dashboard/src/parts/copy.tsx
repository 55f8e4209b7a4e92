import { Button } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * Copies a text. Browsers deny the clipboard to pages over plain http: there the text is selected and copied with
 * `execCommand`. Resolves to false if the person has to copy the selected text themselves.
 */
async function copy(text: string, shown: HTMLElement | null): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // The browser denies the clipboard; `execCommand` may still be allowed.
    }
  }
  const selection = getSelection()
  if (!selection || !shown) return false
  selection.selectAllChildren(shown)
  return document.execCommand('copy')
}

interface CopyableProps {
  text: string
  label: string
  block?: boolean
  /** Focuses the button: the text replaced the element that had the focus, and copying the text is the next step. */
  first?: boolean
}

export function Copyable({ text, label, block = false, first = false }: CopyableProps) {
  const { t } = useTranslation()
  const shown = useRef<HTMLElement>(null)
  const [state, setState] = useState<'idle' | 'done' | 'byHand'>('idle')
  const act = async () => {
    setState((await copy(text, shown.current)) ? 'done' : 'byHand')
    setTimeout(() => setState('idle'), 4_000)
  }
  const Text = block ? 'pre' : 'div'
  const word = state === 'done' ? t('act.copied') : state === 'byHand' ? t('act.copyByHand') : t('act.copy')
  return (
    <div className="copyable" data-block={block}>
      <Text tabIndex={0} dir="ltr" role="group" aria-label={label}>
        <code ref={shown}>{text}</code>
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        autoFocus={first}
        leftSection={state === 'done' ? <Check size={14} /> : <Copy size={14} />}
        onClick={() => void act()}
        aria-label={`${word}: ${label}`}
      >
        {word}
      </Button>
    </div>
  )
}
