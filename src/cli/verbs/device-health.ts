import type { HealthView } from '#protocol/health.ts'
import { lookup } from '#protocol/lookup.ts'
import type { Severity } from '#protocol/vocabulary.ts'
import type { Terminal, TerminalColour } from '../terminal.ts'
import { formatDuration } from '../text/time.ts'
import { wrap } from '../text/wrap.ts'

const inks: Record<Severity, TerminalColour> = { info: 'dim', warn: 'yellow', bad: 'red' }
const marks: Record<Severity, string> = { info: '·', warn: '!', bad: '!!' }

/** Prints a board's findings, worst first, and then the checks that found nothing. */
export function printHealth(terminal: Terminal, health: HealthView): void {
  const { state, observedS, verdicts, checks, keepAlive, online } = health
  const seen = observedS < 1 ? 'not at all' : `for ${formatDuration(observedS * 1_000)}`
  const opening = {
    well: `All is well: nothing found in what was seen of it, ${seen}.`,
    trouble: `Something is wrong. It was seen ${seen}.`,
    unseen: `Not enough seen yet to say that all is well: ${seen}.`,
  }[state]
  terminal.print(online ? opening : `${opening} It is away: this is how it was.`)
  for (const { severity, sentence, evidence, remedy, since } of verdicts) {
    terminal.print('')
    terminal.print(
      terminal.paint(lookup(inks, severity) ?? 'bold', `${lookup(marks, severity) ?? '!'} ${terminal.text(sentence)}`),
    )
    for (const line of evidence) paragraph(terminal, `Why: ${line}`)
    paragraph(terminal, `Do:  ${remedy}`)
    terminal.print(`   since ${terminal.time(since)}`)
  }
  if (keepAlive)
    terminal.print(
      `\nThe gateway speaks to it every ${keepAlive.everyMs} ms: ${keepAlive.idleMs} ms of silence end its line.`,
    )
  const titled = (status: string) => checks.filter(check => check.status === status)
  const clear = titled('clear')
  const unseen = titled('unseen')
  if (clear.length > 0) terminal.print('')
  if (clear.length > 0) paragraph(terminal, `Not found: ${clear.map(({ title }) => title).join(', ')}.`, '')
  for (const [needs, alike] of Map.groupBy(unseen, check => check.needs))
    paragraph(terminal, `Not enough seen yet (it takes ${needs}): ${alike.map(({ title }) => title).join(', ')}.`, '')
}

function paragraph(terminal: Terminal, text: string, indent = '   '): void {
  for (const line of wrap(terminal.text(text), terminal.columns - indent.length)) terminal.print(indent + line)
}
