import { describe, expect, it } from 'vitest'
import { parseResolution } from '../resolutions.ts'
import { Scenes } from './scenes.ts'

describe('the scenes of a fleet', () => {
  it('are shared by cameras that look alike', () => {
    const scenes = new Scenes(100)
    expect(scenes.get(160, 120, 80)).toBe(scenes.get(160, 120, 80))
    expect(scenes.get(160, 120, 80)).not.toBe(scenes.get(160, 120, 70))
  })

  it('are forgotten when nobody has asked for them in a while', () => {
    const scenes = new Scenes(100)
    const first = scenes.get(96, 96, 1)
    const second = scenes.get(96, 96, 2)
    for (const quality of [3, 4, 1, 5]) scenes.get(96, 96, quality)
    expect(scenes.get(96, 96, 1)).toBe(first)
    expect(scenes.get(96, 96, 2)).not.toBe(second)
  })
})

describe('a resolution', () => {
  it('is a name of the camera driver’s or two sides', () => {
    expect(parseResolution('vga')).toEqual([640, 480])
    expect(parseResolution('800x600')).toEqual([800, 600])
    for (const wrong of ['', 'huge', '10x10', '640x', '9999x9999', 7, undefined]) {
      expect(parseResolution(wrong)).toBeUndefined()
    }
  })
})
