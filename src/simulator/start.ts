import { Board, type BoardOptions, type Firmware, type Hardware, type Simulation } from './board.ts'
import type { BoardStats } from './events.ts'

/** Puts a firmware on a board and switches it on. */
export function startBoard<Own extends object>(
  options: BoardOptions,
  flash: (hardware: Hardware) => Firmware & { readonly stats: Own },
): Simulation<BoardStats & Own> {
  let own!: () => Own
  const board = new Board(options, hardware => {
    const firmware = flash(hardware)
    own = () => firmware.stats
    return firmware
  })
  const stop = () => board.stop()
  return { done: board.done, stop, stats: () => ({ ...board.stats, ...own() }), [Symbol.asyncDispose]: stop }
}
