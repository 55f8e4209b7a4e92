import { expect, it } from 'vitest'
import { pictureHeadBytes, readPictureHead, writePictureHead } from '#protocol/picture-head.ts'

const head = { camera: 0xfffe, sequence: 0xffff_fffe, receivedAt: 1_795_000_000_123.5, addedMs: 1.25 }

it('the page reads a picture’s head as the gateway writes it', () => {
  const message = new ArrayBuffer(pictureHeadBytes + 2)
  writePictureHead(new DataView(message), 0, head)
  expect(readPictureHead(new DataView(message))).toEqual(head)
})

it('the page leaves alone what is empty or of a version it does not know', () => {
  const message = new ArrayBuffer(pictureHeadBytes + 2)
  expect(readPictureHead(new DataView(message))).toBeUndefined()
  expect(readPictureHead(new DataView(new ArrayBuffer(3)))).toBeUndefined()
})
