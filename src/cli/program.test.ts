import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { knownActions } from '#protocol/vocabulary.ts'
import type { Surroundings } from './io.ts'
import { buildProgram } from './program.ts'
import { actionsInWords } from './verbs/steer.ts'

const around: Surroundings = {
  serve: async () => 0,
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  signal: new AbortController().signal,
}

const leavesOf = (command: Command): Command[] =>
  command.commands.length > 0 ? command.commands.flatMap(leavesOf) : [command]
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

/** The help as a person sees it, with the text that `addHelpText` appends. */
function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({ writeOut: text => (help += text) })
  command.outputHelp()
  return help
}

const program = await buildProgram([], around, () => {})
const leaves = leavesOf(program).filter(command => command.name() !== 'serve')

/** Words as a shell splits them, as far as the examples need it. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)

test.each(leaves.map(leaf => [pathOf(leaf), leaf] as const))('%s has help with examples, and --json', (_, leaf) => {
  const help = helpOf(leaf)
  expect(leaf.description()).not.toBe('')
  expect(help).toContain('Examples:')
  expect(help).toContain('--json')
  for (const option of leaf.options) expect(option.description, option.flags).not.toBe('')
})

test('every example in the help is a command line that is understood', async () => {
  const examples = leaves.flatMap(leaf =>
    [
      ...helpOf(leaf)
        .split('Examples:')[1]!
        .matchAll(/npx darvaza ([^#|)\n]+)/g),
    ]
      .map(([, line]) => line!.trim())
      .filter(line => !line.startsWith('serve')),
  )
  expect(examples.length).toBeGreaterThan(leaves.length)
  for (const line of examples) {
    const fresh = await buildProgram([], around, () => {})
    let ran = false
    for (const leaf of leavesOf(fresh)) {
      leaf.action(() => {
        ran = true
      })
    }
    await fresh.parseAsync(words(line), { from: 'user' })
    expect(ran, line).toBe(true)
  }
})

test('a verb loaded alone is the verb in full', async () => {
  const alone = await buildProgram(['device', 'list'], around, () => {})
  expect(leavesOf(alone).map(pathOf)).toEqual([
    'npx darvaza serve',
    ...leaves.map(pathOf).filter(path => path.startsWith('npx darvaza device')),
  ])
})

test('the help of action names every action that boards are known to take', () => {
  expect(actionsInWords.split(', ')).toEqual([...knownActions])
})
