import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folder, interpreters, outcomes } from './programs.ts'

const suite = fileURLToPath(new URL('../../firmware/pico/tests/run.py', import.meta.url))

for (const { name, command, missing } of interpreters) {
  if (!command) {
    it.skip(`the Pico's firmware under ${name}: not tested, because ${missing}`)
    continue
  }
  const [program, ...first] = command
  using place = folder()
  const results = await outcomes(program, [...first, suite], place.path)
  describe(`the Pico's firmware under ${name}`, () => {
    it('has a whole suite of tests', () => expect(results.length).toBeGreaterThan(60))
    for (const { subject, name: sentence, ok, error } of results) {
      it(`${subject}: ${sentence}`, () => expect(ok, error).toBe(true))
    }
  })
}
