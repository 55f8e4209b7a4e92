import type { Simulation } from './board.ts'
import { Esp32CamFirmware, type Esp32CamOptions, type Esp32CamStats } from './esp32cam-board.ts'
import { PicoFirmware, type PicoOptions, type PicoStats } from './pico-board.ts'
import { startBoard } from './start.ts'

export type { BoardOptions, Simulation } from './board.ts'
export type { Esp32CamOptions, Esp32CamStats } from './esp32cam-board.ts'
export type { BoardEvent, BoardHappening, BoardState, BoardStats } from './events.ts'
export { defaultFaults, type Fault, type FaultKind, faultKinds, parseFault } from './faults.ts'
export { type FleetOptions, type FleetSimulation, type FleetStats, simulateFleet } from './fleet.ts'
export type { PicoOptions, PicoStats } from './pico-board.ts'
export { resolutions } from './resolutions.ts'
export type { BoardKind } from './target.ts'
export { fetchToken, type TokenSource } from './tokens.ts'

/**
 * Starts a virtual Pico W with two servos and a thermometer. It uses only the public endpoints, `GET /public/tokens`
 * and `/ws/pico`, and runs until it is stopped. Throws a RangeError for options that make no sense.
 */
export function simulatePico(options: PicoOptions): Simulation<PicoStats> {
  return startBoard(options, hardware => new PicoFirmware(options, hardware))
}

/**
 * Starts a virtual ESP32-CAM that streams a moving test card through `/ws/esp32cam`. If no token is given, it takes one
 * from `GET /public/tokens`. Throws a RangeError for options that make no sense.
 */
export function simulateEsp32Cam(options: Esp32CamOptions): Simulation<Esp32CamStats> {
  return startBoard(options, hardware => new Esp32CamFirmware(options, hardware))
}
