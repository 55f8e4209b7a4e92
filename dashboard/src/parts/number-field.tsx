import { TextInput } from '@mantine/core'
import { latinDigits, useFormat } from '../format.ts'

interface NumberFieldProps {
  label: string
  /** Empty while nothing is typed. */
  value: string
  onChange(value: string): void
}

/** A field for a whole number in the reader's digits. A browser's number field uses the browser's language instead. */
export function NumberField({ label, value, onChange }: NumberFieldProps) {
  const format = useFormat()
  const shown = value.replace(/\d/g, digit => format.number(Number(digit)))
  return (
    <TextInput
      label={label}
      inputMode="numeric"
      value={shown}
      onChange={event => onChange(latinDigits(event.currentTarget.value).replace(/\D/g, '').slice(0, 9))}
    />
  )
}
