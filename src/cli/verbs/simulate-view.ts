import type { BoardEvent } from '../../simulator/simulator.ts'
import type { Terminal } from '../terminal.ts'
import { formatDuration } from '../text/time.ts'

/** Prints each event if there is one virtual board; for many boards, prints sums at intervals. */
export class Narrator {
  gotIn = false
  lastTrouble: BoardEvent | undefined
  readonly #terminal: Terminal
  readonly #crowd: boolean
  readonly #printed = new Set<string>()
  #lastLine = ''
  #repeats = 0

  constructor(terminal: Terminal, { crowd }: { crowd: boolean }) {
    this.#terminal = terminal
    this.#crowd = crowd
  }

  print(event: BoardEvent): void {
    if (event.kind === 'acknowledged') this.gotIn = true
    if (event.kind === 'refused' || event.kind === 'unreachable') this.lastTrouble = event
    if (this.#crowd) return this.#printNewTrouble(event)
    // Ten pictures a second are too many lines: `sumUp` prints their count instead.
    if (event.kind === 'frame-sent' || event.kind === 'dialling') return
    if (this.#terminal.json) return this.#terminal.printJson(event, 'line')
    const line = boardLine(event, this.#terminal)
    // A refused board connects again twice a second: its repeated line is counted, not printed.
    if (line === this.#lastLine) {
      this.#repeats++
      return
    }
    if (this.#repeats > 0) this.#terminal.print(`  … and again${this.#repeats > 1 ? `, ${this.#repeats} times` : ''}`)
    this.#lastLine = line
    this.#repeats = 0
    const time = this.#terminal.paint('dim', this.#terminal.time(event.at))
    this.#terminal.print(`${time}  ${this.#terminal.text(event.board)}  ${line}`)
  }

  /** With many boards, only failures that were not printed before are printed. */
  #printNewTrouble(event: BoardEvent): void {
    if (event !== this.lastTrouble) return
    const line = boardLine(event, this.#terminal)
    if (this.#printed.has(line)) return
    this.#printed.add(line)
    this.#terminal.say(`${this.#terminal.text(event.board)}: ${line}`)
  }

  sumUp(stats: object, { final = false } = {}): void {
    if (this.#terminal.json) return this.#terminal.printJson({ kind: final ? 'ended' : 'stats', ...stats }, 'line')
    const numbers = stats as Partial<Record<string, number>>
    // Every event of a single Pico has been printed already.
    if (!this.#crowd && !final && numbers.framesSent === undefined) return
    const parts = [
      this.#crowd && `${numbers.online ?? 0} of ${numbers.boards ?? 0} online`,
      numbers.framesSent !== undefined && `${numbers.framesSent} pictures sent`,
      numbers.fps !== undefined && !final && `${round(numbers.fps)} a second`,
      numbers.readingsSent !== undefined && `${numbers.readingsAcknowledged} of ${numbers.readingsSent} readings kept`,
      `${numbers.commands ?? 0} commands`,
      `${round((numbers.bytesOut ?? 0) / 1_000_000)} MB sent`,
      numbers.refusals ? `${numbers.refusals} refusals` : '',
    ]
    this.#terminal.print(`${final ? 'ended: ' : ''}${parts.filter(Boolean).join(', ')}`)
  }
}

const round = (number: number): string => String(Math.round(number * 10) / 10)

/** One event of a board, in words. */
export function boardLine(event: BoardEvent, terminal: Terminal): string {
  switch (event.kind) {
    case 'dialling':
      return `dials, attempt ${event.attempt}`
    case 'connected':
      return `the door opened after ${event.tookMs} ms`
    case 'acknowledged':
      return `got in: ${terminal.text(event.message)}`
    case 'refused': {
      const hint = event.hint ? ` ${terminal.text(event.hint)}` : ''
      return `refused with ${event.status}: ${terminal.text(event.message)}${hint}`
    }
    case 'unreachable':
      return `nobody answered: ${terminal.text(event.message)}`
    case 'closed': {
      const reason = event.reason ? `, ${terminal.text(event.reason)}` : ''
      return `the line ended after ${formatDuration(event.afterMs)} (${event.code}${reason})`
    }
    case 'rebooted':
      return 'rebooted'
    case 'command':
      return `was told: ${terminal.text(event.type)} ${terminal.text(event.detail)}`.trimEnd()
    case 'moved':
      return `stands at servo1 ${event.servo1}°, servo2 ${event.servo2}°`
    case 'reading-acknowledged':
      return `reading ${event.sequence} is safe`
    case 'frame-sent':
      return `picture ${event.counter}, ${event.width}×${event.height}, ${event.size} bytes`
    default:
      return event satisfies never
  }
}
