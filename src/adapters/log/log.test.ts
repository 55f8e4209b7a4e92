import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSecret } from '../../core/ids.ts'
import { type Log, logInto, terminalStream } from './log.ts'

/** The text that is written into a log, as JSON and on a terminal. */
async function written(write: (log: Log) => void): Promise<{ json: string; terminal: string }> {
  let json = ''
  write(logInto({ write: line => void (json += line) }, 'debug'))
  const destination = new PassThrough()
  const stream = await terminalStream({ colorize: false, destination })
  write(logInto(stream, 'debug'))
  await new Promise(resolve => setImmediate(resolve))
  return { json, terminal: String(destination.read() ?? '') }
}

/** Characters that could move a cursor, end a line, or turn the order of reading around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u
const hostile = '\u001b[2J\r\n\u009b31m\u2028\u202e\u2066\u0007[12:00:00] INFO: let in'

describe('the log', () => {
  it.each([
    ['message', (log: Log) => log.debug(`log: ${hostile}`)],
    ['message beside fields', (log: Log) => log.debug({ kind: 'message' }, hostile)],
    ['field', (log: Log) => log.info({ device: hostile, deep: [{ [hostile]: hostile }] }, 'text')],
    ['error', (log: Log) => log.error({ err: new Error(hostile) }, 'a request failed')],
    ['cause', (log: Log) => log.error(new Error('outer', { cause: new Error(hostile) }))],
  ])('has one line for each call, and nothing a terminal would obey, whatever stands in its %s', async (_, write) => {
    const { json, terminal } = await written(write)
    expect(json.trimEnd().split('\n')).toHaveLength(1)
    expect(json).not.toMatch(unsafe)
    expect(json).toContain('[12:00:00] INFO: let in')
    expect(terminal).not.toMatch(unsafe)
    expect(terminal).not.toMatch(/^\s*\[12:00:00\]/m)
  })

  it('keeps text as it is where it is safe, Persian half-spaces among it', async () => {
    const { json, terminal } = await written(log => log.info({ device: 'در‌خانه', count: 3, ok: true }, 'سلام "x\\y"'))
    expect(JSON.parse(json)).toMatchObject({ device: 'در‌خانه', count: 3, ok: true, msg: 'سلام "x\\y"' })
    expect(terminal).toContain('سلام "x\\y"')
  })

  it('writes errors with type, code, message, stack and cause, and nothing else they carry', async () => {
    const error = Object.assign(new TypeError('outer', { cause: new RangeError('inner') }), {
      code: 'E1',
      input: 'secret',
    })
    const { json, terminal } = await written(log => log.error({ err: error }, 'failed'))
    const { err, msg } = JSON.parse(json)
    expect(msg).toBe('failed')
    expect(err).toMatchObject({ type: 'TypeError', code: 'E1', message: 'outer', cause: { type: 'RangeError' } })
    expect(err.stack).toMatch(/^TypeError: outer\n {4}at /)
    expect(json + terminal).not.toContain('secret')
    expect(terminal).toContain('at ')
  })

  it('writes a plain text up to the limit as it is, and cuts a longer one there', async () => {
    for (const [text, asWritten] of [
      ['x'.repeat(1_000), 'x'.repeat(1_000)],
      ['x'.repeat(1_001), `${'x'.repeat(1_000)}…`],
      [`${'x'.repeat(999)}"`, `${'x'.repeat(999)}…`],
    ] as const) {
      const { json } = await written(log => log.info(text))
      expect(JSON.parse(json).msg).toBe(asWritten)
    }
  })

  it('writes at most 2.6 KB a line, whatever it is given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u0001', '"', '\\', 'é', '😀', '\u2028').map(unit => unit.repeat(1_500)),
    )
    const error = fc.tuple(text, text).map(([message, cause]) => new Error(message, { cause: new Error(cause) }))
    const fields = fc.dictionary(fc.string(), fc.oneof(text, error, fc.jsonValue(), fc.array(text, { maxLength: 50 })))
    fc.assert(
      fc.property(fc.oneof(fields, error), text, (given, message) => {
        let json = ''
        logInto({ write: line => void (json += line) }, 'info').info(given, message)
        expect(Buffer.byteLength(json)).toBeLessThan(2_600)
        expect(() => JSON.parse(json)).not.toThrow()
      }),
      { numRuns: 40 },
    )
  })

  it('takes no longer over a huge text than over what it writes of it', () => {
    const log = logInto({ write: () => {} }, 'info')
    const huge = '\u2028'.repeat(1_000_000)
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    const started = performance.now()
    for (let round = 0; round < 1_000; round++) log.info({ huge, deep, err: new Error(huge) }, huge)
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('strikes tokens of ours, wherever they stand', async () => {
    const token = newSecret('d')
    const { json } = await written(log => {
      log.info({ url: `/ws?token=${token}` }, `said ${token}`)
      log.error({ err: new Error(`not JSON: ${token}`) }, 'failed')
    })
    expect(json).not.toContain(token.slice(0, 12))
  })
})
