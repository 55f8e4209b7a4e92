import { Argument, type Command } from 'commander'
import type { EnrolmentView } from '#protocol/api.ts'
import { pairingAtMost, pairingDefaults } from '#protocol/durations.ts'
import { lookup } from '#protocol/lookup.ts'
import { type EnrolmentMode, enrolmentModes } from '#protocol/vocabulary.ts'
import { wholeNumber } from '../arguments.ts'
import type { Surroundings } from '../io.ts'
import type { Terminal } from '../terminal.ts'
import { asksGateway, examples, type VerbContext, verbGroup } from '../verb.ts'

const meanings: Record<EnrolmentMode, string> = {
  approve: 'a new board connects and waits for your click',
  pairing: 'the next boards are let in at once, for a few minutes',
  open: 'EVERY new board is let in at once: for labs and demonstrations',
  closed: 'no new board gets in; only those you make a token for',
}

export function enrolmentVerbs(program: Command, around: Surroundings): void {
  const enrolment = verbGroup(program, 'enrolment', 'how new boards get in', 'Access:')

  const show = enrolment.command('show').description('how new boards get in now, and how many wait')
  asksGateway(show, around, async ({ api, terminal }) =>
    printEnrolment(terminal, await api.json('GET', '/api/enrolment')),
  )
  examples(show, 'npx darvaza enrolment show')

  const modes = enrolmentModes.map(mode => `  ${mode.padEnd(8)} ${meanings[mode]}`).join('\n')
  const set = enrolment
    .command('set')
    .description('change how new boards get in')
    .addArgument(new Argument('<mode>').choices(enrolmentModes))
    .addHelpText('after', `\nModes:\n${modes}`)
  asksGateway(set, around, async ({ api, terminal }: VerbContext<object>, mode) =>
    printEnrolment(terminal, await api.json('PUT', '/api/enrolment', { mode })),
  )
  examples(set, 'npx darvaza enrolment set closed', ['npx darvaza enrolment set approve', 'the usual mode'])

  const pair = enrolment
    .command('pair')
    .description('open a window: the next new boards are let in without a click')
    .option('--boards <n>', 'how many boards', wholeNumber(1, pairingAtMost.boards), pairingDefaults.boards)
    .option(
      '--seconds <n>',
      'how long the window stays open',
      wholeNumber(1, pairingAtMost.seconds),
      pairingDefaults.seconds,
    )
  asksGateway(pair, around, openWindow)
  examples(
    pair,
    ['npx darvaza enrolment pair', 'then switch the new board on'],
    'npx darvaza enrolment pair --boards 5 --seconds 900',
  )
}

async function openWindow({ api, terminal, options }: VerbContext<{ boards: number; seconds: number }>): Promise<void> {
  const { boards, seconds } = options
  printEnrolment(terminal, await api.json('PUT', '/api/enrolment', { mode: 'pairing', boards, seconds }))
}

function printEnrolment(terminal: Terminal, enrolment: EnrolmentView): void {
  if (terminal.json) return terminal.printJson(enrolment)
  const { mode, pairingUntil, boards, approved, waiting } = enrolment
  terminal.print(`${terminal.text(mode)}: ${lookup<string>(meanings, mode) ?? ''}`)
  if (mode === 'pairing' && pairingUntil) {
    const count = boards ? `${approved ?? 0} of ${boards} let in so far` : ''
    terminal.print(`The window closes at ${terminal.time(pairingUntil)}${count && `; ${count}`}.`)
  }
  if (waiting) {
    const wait = waiting === 1 ? '1 board waits' : `${waiting} boards wait`
    terminal.print(`${wait} for approval: npx darvaza device list --state pending`)
  }
}
