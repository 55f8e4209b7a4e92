import type { PictureHead } from '#protocol/picture-head.ts'
import { Painter, type View } from './painter.ts'

export type Order =
  | { type: 'show'; view: View }
  | { type: 'resize'; id: number; maxWidth: number }
  | { type: 'hide'; id: number }
  | { type: 'paint'; device: string; head: PictureHead; message: ArrayBuffer }

const painter = new Painter(drawn => postMessage(drawn))

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  switch (data.type) {
    case 'show':
      return painter.show(data.view)
    case 'resize':
      return painter.resize(data.id, data.maxWidth)
    case 'hide':
      return painter.hide(data.id)
    case 'paint':
      return painter.paint(data.device, data.head, data.message)
    default:
      return data satisfies never
  }
})
