/** One picture as it came: who, when (gateway's clock, epoch ms), and how long the gateway held it. */
export interface FrameHead {
  camera: number
  sequence: number
  receivedAt: number
  addedMs: number
}

export const headBytes = 24

/** Nothing for a message of a version this page does not know. */
export function readFrameHead(message: ArrayBuffer): FrameHead | undefined {
  if (message.byteLength <= headBytes) return undefined
  const view = new DataView(message)
  if (view.getUint8(0) !== 1) return undefined
  return {
    camera: view.getUint16(2),
    sequence: view.getUint32(4),
    receivedAt: view.getFloat64(8),
    addedMs: view.getFloat64(16),
  }
}
