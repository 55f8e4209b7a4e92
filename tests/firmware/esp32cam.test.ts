import { execFile } from 'node:child_process'
import { copyFileSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { buildCamera } from './camera.ts'
import { folder, gxx, outcomes } from './programs.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const firmware = here('../../firmware/esp32cam')

if (!gxx) {
  it.skip('the camera’s firmware: not tested, because g++ is not installed')
} else {
  const compiler = gxx
  const place = folder()
  afterAll(() => place[Symbol.dispose]())
  const { tests } = await buildCamera()
  const results = await outcomes(tests, [], place.path)
  describe('the camera’s firmware on this PC', () => {
    it('has a whole suite of tests', () => expect(results.length).toBeGreaterThan(70))

    it('has a sketch that a compiler can read, against declarations of what it uses of the chip', async () => {
      copyFileSync(join(firmware, 'include/settings.example.h'), join(place.path, 'settings.h'))
      const include = [place.path, here('arduino'), join(firmware, 'core'), join(firmware, 'net')].map(at => `-I${at}`)
      for (const file of globSync('src/*.cpp', { cwd: firmware })) {
        const flags = ['-std=gnu++17', '-fsyntax-only', '-Wall', '-Wextra', '-Werror']
        await promisify(execFile)(compiler, [...flags, ...include, join(firmware, file)])
      }
    })

    for (const { subject, name, ok, error } of results) {
      it(`${subject}: ${name}`, () => expect(ok, error).toBe(true))
    }
  })
}
