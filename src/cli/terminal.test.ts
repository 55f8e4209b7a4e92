import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { Terminal } from './terminal.ts'

const esc = '\u001b'

async function printed(
  tty: boolean,
  env: Record<string, string>,
  print: (terminal: Terminal) => void,
  options = {},
): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY: tty })
  print(new Terminal({ stdout, stderr: new PassThrough(), env }, options))
  stdout.end()
  return await text(stdout)
}

const paint = (terminal: Terminal) => terminal.print(terminal.paint('red', 'blocked'))

test('colour is for terminals', async () => {
  expect(await printed(true, {}, paint)).toBe(`${esc}[31mblocked${esc}[39m\n`)
  expect(await printed(false, {}, paint)).toBe('blocked\n')
})

test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('a terminal with %j wants none', async env => {
  expect(await printed(true, env, paint)).toBe('blocked\n')
})

test('what is put into a table or a list of fields cannot obey the terminal', async () => {
  const evil = `${esc}[2Jroof${esc}]0;mine\u0007`
  const out = await printed(true, { NO_COLOR: '1' }, terminal => {
    terminal.printTable([{ head: 'NAME' }, { head: 'NOTE' }], [[evil, { text: `${evil}\nx`, paint: cell => cell }]])
    terminal.printFields([['name', evil]])
  })
  expect(out).toBe('NAME  NOTE\nroof  roof x\nname  roof\n')
})

test('times follow --utc', async () => {
  const at = '2026-11-23T18:42:00.000Z'
  expect(await printed(false, {}, terminal => terminal.print(terminal.time(at)), { utc: true })).toBe(
    '2026-11-23 18:42:00Z\n',
  )
})
