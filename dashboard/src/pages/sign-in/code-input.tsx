import { TextInput } from '@mantine/core'
import { latinDigits } from '../../format.ts'
import './code-input.css'

interface CodeInputProps {
  label: string
  value: string
  onChange(value: string): void
  /** Recovery codes have letters too. */
  inputMode?: 'numeric' | 'text'
  autoFocus?: boolean
}

/** The field of a one-time code. */
export function CodeInput({ label, value, onChange, inputMode = 'numeric', autoFocus = false }: CodeInputProps) {
  return (
    <TextInput
      label={label}
      dir="ltr"
      className="code-input"
      required
      autoComplete="one-time-code"
      inputMode={inputMode}
      value={value}
      autoFocus={autoFocus}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

/** A typed code as the gateway compares it: Latin digits, no spaces. */
export const plainCode = (typed: string): string => latinDigits(typed).replace(/\s/g, '')
