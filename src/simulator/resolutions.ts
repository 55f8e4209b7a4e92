import { lookup } from '#protocol/lookup.ts'

/** Width and height in pixels. */
export type Resolution = readonly [width: number, height: number]

/** The camera driver's names for its frame sizes, where they fit a test picture. */
export const resolutions: Readonly<Record<string, Resolution>> = {
  QQVGA: [160, 120],
  QVGA: [320, 240],
  CIF: [400, 296],
  HVGA: [480, 320],
  VGA: [640, 480],
  SVGA: [800, 600],
  XGA: [1024, 768],
  HD: [1280, 720],
  SXGA: [1280, 1024],
  UXGA: [1600, 1200],
}

/** The size for a name such as `VGA`, or for `640x480` with sides of 96..1,920; undefined for any other text. */
export function parseResolution(text: unknown): Resolution | undefined {
  if (typeof text !== 'string') return undefined
  const named = lookup(resolutions, text.toUpperCase())
  if (named) return named
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text)?.map(Number) ?? []
  if (width === undefined || height === undefined) return undefined
  return [width, height].every(side => side >= 96 && side <= 1920) ? [width, height] : undefined
}
