/**
 * Ways in which boards go wrong in the field. Durations in ms; `defaultFaults` has the values for a fault that is given by
 * its name alone.
 */
export type Fault =
  /** Reboots every `everyMs`, as after a brown-out or by a watchdog. */
  | { readonly kind: 'reboot'; readonly everyMs: number }
  /** Free memory falls steadily, until too little is left and the board reboots. */
  | { readonly kind: 'leak'; readonly bytesPerS: number }
  /** Wi-Fi power saving: the board works for a while, then receives and sends nothing for a while, and so on. */
  | { readonly kind: 'stall'; readonly awakeMs: number; readonly asleepMs: number }
  /** A middle box cuts the connection after so long without traffic in either direction. */
  | { readonly kind: 'idle-cut'; readonly idleMs: number }
  /** A message is cut short on its way: the gateway reads the bytes behind it at the wrong place, as garbage. */
  | { readonly kind: 'desync'; readonly afterMs: number }
  /** Connects and disconnects, again and again. */
  | { readonly kind: 'flap'; readonly upMs: number; readonly downMs: number }
  /** Sends invalid JSON and invalid pictures. The connection stays. */
  | { readonly kind: 'garbage'; readonly everyMs: number }
  /** Falls silent without closing and connects again much later; its old socket ends only after that. */
  | { readonly kind: 'half-open'; readonly afterMs: number; readonly silentMs: number; readonly lateCutMs: number }
  /** The power supply is too weak for the servos: the board reboots `afterMs` after every command. */
  | { readonly kind: 'brown-out'; readonly afterMs: number }
  /** The board is far from its access point: its signal is weak. */
  | { readonly kind: 'weak-signal'; readonly dbm: number }
  /** A camera whose Wi-Fi fades: after `afterMs` only one picture in `one` arrives, and messages report `dbm`. */
  | { readonly kind: 'starve'; readonly afterMs: number; readonly one: number; readonly dbm: number }
  /** Another board has the same token: every `everyMs` it replaces this one, which then replaces it. */
  | { readonly kind: 'twin'; readonly everyMs: number }

export type FaultKind = Fault['kind']

/** A gateway pings a quiet board after 5 s: `idle-cut` is sooner. `half-open`: 18 s late was seen in the field. */
export const defaultFaults: { readonly [K in FaultKind]: Extract<Fault, { kind: K }> } = {
  reboot: { kind: 'reboot', everyMs: 60_000 },
  leak: { kind: 'leak', bytesPerS: 1000 },
  stall: { kind: 'stall', awakeMs: 30_000, asleepMs: 10_000 },
  'idle-cut': { kind: 'idle-cut', idleMs: 3000 },
  desync: { kind: 'desync', afterMs: 15_000 },
  flap: { kind: 'flap', upMs: 3000, downMs: 2000 },
  garbage: { kind: 'garbage', everyMs: 5000 },
  'half-open': { kind: 'half-open', afterMs: 20_000, silentMs: 60_000, lateCutMs: 18_000 },
  'brown-out': { kind: 'brown-out', afterMs: 300 },
  'weak-signal': { kind: 'weak-signal', dbm: -84 },
  starve: { kind: 'starve', afterMs: 15 * 60_000, one: 5, dbm: -86 },
  twin: { kind: 'twin', everyMs: 20_000 },
}

export const faultKinds = Object.keys(defaultFaults) as FaultKind[]

/** Parses a name such as `stall`. @throws RangeError with the list of names. */
export function parseFault(word: string): Fault {
  const kind = faultKinds.find(known => known === word)
  if (!kind) throw new RangeError(`"${word}" is no fault: there are ${faultKinds.join(', ')}`)
  return defaultFaults[kind]
}

/** The functions of a board that a fault uses. Timers end with the board's present connection. */
export interface Patient {
  readonly uptimeMs: number
  readonly memoryFree: number
  /** Bytes of the present connection, in both directions. */
  readonly bytesPassed: number
  after(delayMs: number, act: () => void): void
  /** Power off and on. */
  reboot(): void
  /** Makes the board receive and send nothing for so long; the connection stays. */
  hold(durationMs: number): void
  /** Breaks the connection without a Close. */
  cut(): void
  /** Closes the connection and connects again after so long. */
  reconnect(downMs: number): void
  /** Leaves the connection open for so long and opens another. */
  abandon(lateCutMs: number): void
  /** Calls `act` for every command until the connection ends. */
  onCommand(act: () => void): void
  /** From now on the signal has `dbm`, and one picture of `one` is sent. */
  fade(dbm: number, oneOf: number): void
  /** Connects another board with the same token, which stays until it is replaced. */
  twin(): void
  /** Sends one text message unchanged, whether it is JSON or not. */
  text(text: string): void
  binary(bytes: Buffer): void
  /** Sends bytes without WebSocket framing. */
  raw(bytes: Buffer): void
}

/** A board with less free memory than this reboots. */
const exhaustedBytes = 16 * 1024

/** Applies the fault to a board that has just connected. */
export function afflict(patient: Patient, fault: Fault): void {
  switch (fault.kind) {
    case 'reboot':
      return patient.after(Math.max(0, fault.everyMs - patient.uptimeMs), () => patient.reboot())
    case 'leak':
      return repeat(patient, 250, () => {
        if (patient.memoryFree < exhaustedBytes) patient.reboot()
      })
    case 'stall':
      return stall(patient, fault)
    case 'idle-cut':
      return cutWhenIdle(patient, fault.idleMs)
    case 'desync':
      return patient.after(fault.afterMs, () => desync(patient))
    case 'flap':
      return patient.after(fault.upMs, () => patient.reconnect(fault.downMs))
    case 'garbage':
      return repeat(patient, fault.everyMs, () => babble(patient))
    case 'half-open':
      return patient.after(fault.afterMs, () => {
        // The hold is longer than the gateway waits, so that only the next connection ends it.
        patient.hold(fault.silentMs * 2)
        patient.after(fault.silentMs, () => patient.abandon(fault.lateCutMs))
      })
    case 'brown-out':
      return patient.onCommand(() => patient.after(fault.afterMs, () => patient.reboot()))
    case 'weak-signal':
      // The weak signal is in every message of the board.
      return
    case 'starve':
      return patient.after(Math.max(0, fault.afterMs - patient.uptimeMs), () => patient.fade(fault.dbm, fault.one))
    case 'twin':
      return patient.after(fault.everyMs, () => patient.twin())
    default:
      return fault satisfies never
  }
}

function repeat(patient: Patient, periodMs: number, act: () => void): void {
  patient.after(periodMs, () => {
    act()
    repeat(patient, periodMs, act)
  })
}

function stall(patient: Patient, fault: { awakeMs: number; asleepMs: number }): void {
  patient.after(fault.awakeMs, () => {
    patient.hold(fault.asleepMs)
    patient.after(fault.asleepMs, () => stall(patient, fault))
  })
}

function cutWhenIdle(patient: Patient, idleMs: number): void {
  let passed = -1
  let sinceMs = 0
  repeat(patient, idleMs / 20, () => {
    if (patient.bytesPassed !== passed) {
      passed = patient.bytesPassed
      sinceMs = patient.uptimeMs
    } else if (patient.uptimeMs - sinceMs >= idleMs) patient.cut()
  })
}

/** Sends a header for 200 bytes and only 20 of them; the messages behind it are read as the rest. */
function desync(patient: Patient): void {
  const header = Buffer.of(0x82, 0x80 | 126, 0, 200, 0, 0, 0, 0)
  patient.raw(Buffer.concat([header, Buffer.alloc(20, 0xff)]))
  for (let i = 0; i < 8; i++) patient.text(`{"type":"log","level":"info","message":"${'still here '.repeat(3)}"}`)
}

/** Sends garbage as seen in the field: an unescaped quote, bytes that are no JPEG, a JPEG without its end. */
function babble(patient: Patient): void {
  patient.text('{"type":"log","level":"error","message":"could not open "settings.json""}')
  patient.binary(Buffer.from('not a picture at all'))
  patient.binary(Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46))
}
