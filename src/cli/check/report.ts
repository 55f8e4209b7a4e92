import { stepTitles } from '#texts/en/check.ts'
import type { Terminal, TerminalColour } from '../terminal.ts'
import { wrap } from '../text/wrap.ts'
import { type CheckVerdict, type Step, type StepName, stepNames } from './step.ts'

export interface Report {
  url: string
  verdict: Exclude<CheckVerdict, 'skipped'>
  says: string
  steps: readonly Step[]
}

/** The verdict over all steps. */
export function conclude(url: string, steps: readonly Step[]): Report {
  const failures = steps.filter(({ verdict }) => verdict === 'failed')
  const warnings = steps.filter(({ verdict }) => verdict === 'warning')
  const boards = steps.filter(({ step }) => step.startsWith('board:'))
  if (boards.length > 0) return concludeBoards(url, steps, boards)
  const untested = steps.some(({ step, verdict }) => step === 'handshake' && verdict === 'skipped')
  if (failures.length > 0) {
    const first = failures[0]!
    const more = failures.length > 1 ? `, and ${failures.length - 1} more` : ''
    return { url, verdict: 'failed', says: `A board would have trouble here: ${titles[first.step]}${more}.`, steps }
  }
  if (untested)
    return { url, verdict: 'warning', says: 'Fine as far as it could be tested: no token could be shown.', steps }
  if (warnings.length > 0)
    return { url, verdict: 'warning', says: 'Boards get in and stay, with a word of warning above.', steps }
  return { url, verdict: 'ok', says: 'Boards get in and stay, and strangers do not.', steps }
}

/** One sentence that names the libraries whose handshakes succeed. */
function concludeBoards(url: string, steps: readonly Step[], boards: readonly Step[]): Report {
  const of = (verdict: CheckVerdict) => boards.filter(step => step.verdict === verdict)
  const [passed, tested] = [of('ok').length, boards.length - of('skipped').length]
  const wayFails = steps.some(({ step, verdict }) => verdict === 'failed' && !step.startsWith('board:'))
  const says =
    tested === 0
      ? 'No library could be tried.'
      : passed === tested
        ? `All ${tested} handshakes get through.`
        : `${passed} of ${tested} handshakes get through.`
  if (wayFails || of('failed').length > 0) return { url, verdict: 'failed', says, steps }
  const warned = tested === 0 || steps.some(({ verdict }) => verdict === 'warning')
  return { url, verdict: warned ? 'warning' : 'ok', says, steps }
}

const titles: Readonly<Record<StepName, string>> = stepTitles

const inks: Record<CheckVerdict, TerminalColour> = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' }
const widest = (names: readonly StepName[]): number => Math.max(...names.map(name => titles[name].length))

/** Prints each step as it comes; steps skipped for the same reason share a line. */
export class StepPrinter {
  readonly #terminal: Terminal
  readonly #titleWidth: number
  #skipped: Step[] = []

  constructor(terminal: Terminal, names: readonly StepName[] = stepNames) {
    this.#terminal = terminal
    this.#titleWidth = widest(names)
  }

  print(step: Step): void {
    if (step.verdict !== 'skipped' || (this.#skipped[0] && this.#skipped[0].says !== step.says)) this.flush()
    if (step.verdict === 'skipped') this.#skipped.push(step)
    else this.#line(step, titles[step.step])
  }

  flush(): void {
    const [first, ...more] = this.#skipped
    this.#skipped = []
    if (!first) return
    if (more.length === 0) return this.#line(first, titles[first.step])
    const all = [first, ...more].map(({ step }) => titles[step]).join(', ')
    this.#line({ ...first, says: `${first.says}: ${all}` }, 'the rest')
  }

  #line({ verdict, says, ms, remedy }: Step, title: string): void {
    const mark = this.#terminal.paint(inks[verdict], verdict.padEnd(7))
    const took = verdict === 'skipped' ? '' : `${ms} ms`
    this.#terminal.print(
      `${mark}  ${title.padEnd(this.#titleWidth)}  ${took.padStart(8)}  ${this.#terminal.text(says)}`,
    )
    if (!remedy) return
    const indent = ' '.repeat(9 + this.#titleWidth + 12)
    for (const line of wrap(this.#terminal.text(remedy), this.#terminal.columns - indent.length))
      this.#terminal.print(indent + line)
  }
}

export function printVerdict(terminal: Terminal, report: Report): void {
  terminal.print(`\n${terminal.paint(inks[report.verdict], report.verdict)}: ${report.says}`)
}
