/**
 * The kinds of board. `generic` is everything that is neither a Pico nor an ESP32-CAM, with the Pico's JSON semantics.
 */
export const kinds = ['pico', 'esp32cam', 'generic'] as const
export type Kind = (typeof kinds)[number]

/**
 * Values of `X-Device-Type` as boards in the field send them. An unknown value is ignored: the token sets the kind
 * then.
 */
export function kindOfDeviceType(deviceType: string | undefined): Kind | undefined {
  const type = deviceType
    ?.trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
  if (type === 'esp32cam') return 'esp32cam'
  if (type === 'pico' || type === 'picow') return 'pico'
  return undefined
}
