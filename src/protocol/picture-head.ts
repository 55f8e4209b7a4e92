/*
 * A picture on the dashboard's socket: this head, big-endian, then the JPEG, byte for byte as the board sent it.
 *   u8 version (1), u8 flags (0), u16 camera, u32 sequence, f64 receivedAt (epoch ms, the gateway's clock),
 *   f64 addedMs (how long the picture was inside the gateway)
 * This file has no zod, so that the page can use it to read the gateway's pictures.
 */

export interface PictureHead {
  /** The camera's index in the last `cameras`. */
  camera: number
  sequence: number
  receivedAt: number
  addedMs: number
}

export const pictureHeadBytes = 24
const pictureVersion = 1

export function writePictureHead(view: DataView, offset: number, head: PictureHead): void {
  view.setUint8(offset, pictureVersion)
  view.setUint8(offset + 1, 0)
  view.setUint16(offset + 2, head.camera)
  view.setUint32(offset + 4, head.sequence)
  view.setFloat64(offset + 8, head.receivedAt)
  view.setFloat64(offset + 16, head.addedMs)
}

/** Undefined for bytes that are not a picture, or of a version that this code does not support. */
export function readPictureHead(view: DataView): PictureHead | undefined {
  if (view.byteLength <= pictureHeadBytes || view.getUint8(0) !== pictureVersion) return undefined
  return {
    camera: view.getUint16(2),
    sequence: view.getUint32(4),
    receivedAt: view.getFloat64(8),
    addedMs: view.getFloat64(16),
  }
}
