/**
 * Ways in which boards go wrong in the field. Durations in ms; `defaultFaults` holds what is used when only the name
 * is given.
 */
export type Fault =
  /** Loses power every so often: a brown-out, a watchdog. */
  | { readonly kind: 'reboot'; readonly everyMs: number }
  /** Free memory falls steadily, until the board reboots for want of it. */
  | { readonly kind: 'leak'; readonly bytesPerS: number }
  /** Wi-Fi power saving: awake for a while, then nothing is heard, answered or sent, and awake again. */
  | { readonly kind: 'stall'; readonly awakeMs: number; readonly asleepMs: number }
  /** A middle box cuts the line when nothing passed, either way, for so long. */
  | { readonly kind: 'idle-cut'; readonly idleMs: number }
  /** A message is cut short on its way, so what follows is read as what it is not: the stream is garbage from there. */
  | { readonly kind: 'desync'; readonly afterMs: number }
  /** Comes, and goes, and comes. */
  | { readonly kind: 'flap'; readonly upMs: number; readonly downMs: number }
  /** JSON that is none, pictures that are none. The line stays. */
  | { readonly kind: 'garbage'; readonly everyMs: number }
  /** Falls silent without closing, dials anew much later, and its old socket ends only after that. */
  | { readonly kind: 'half-open'; readonly afterMs: number; readonly silentMs: number; readonly lateCutMs: number }
  /** The supply gives way when something draws a current: a reboot so soon after every order. */
  | { readonly kind: 'brown-out'; readonly afterMs: number }
  /** Far from its access point. */
  | { readonly kind: 'weak-signal'; readonly dbm: number }
  /** A camera whose Wi-Fi fades: from then on one picture of `one` comes through, smaller, and says how weak the signal is. */
  | { readonly kind: 'starve'; readonly afterMs: number; readonly one: number; readonly dbm: number }
  /** Another board has the same token: every so often it pushes this one out, and is pushed out in turn. */
  | { readonly kind: 'twin'; readonly everyMs: number }

export type FaultKind = Fault['kind']

/** 3 s of silence are less than the 5 s at which a gateway speaks to a quiet board; 18 s late was seen in the field. */
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

/** From a word such as `stall`; throws a RangeError that lists the words there are. */
export function parseFault(word: string): Fault {
  const kind = faultKinds.find(known => known === word)
  if (!kind) throw new RangeError(`"${word}" is no fault: there are ${faultKinds.join(', ')}`)
  return defaultFaults[kind]
}

/** What a fault does to a board, whichever kind it is. Everything ends with the board's present line. */
export interface Patient {
  readonly uptimeMs: number
  readonly memoryFree: number
  /** Bytes that passed over the line, both ways. */
  readonly bytesPassed: number
  after(delayMs: number, act: () => void): void
  /** Power off and on. */
  reboot(): void
  /** Neither hears nor sends for so long; the line stays. */
  hold(durationMs: number): void
  /** The line breaks without a word, for no fault of the board's. */
  cut(): void
  /** Ends the line in order, and dials again after so long. */
  hangUp(downMs: number): void
  /** Leaves the line lying open for so long and dials anew. */
  abandon(lateCutMs: number): void
  /** Called for every order, until the line ends. */
  onCommand(act: () => void): void
  /** From now on its signal is so weak, and of its pictures one of so many comes through. */
  fade(dbm: number, oneOf: number): void
  /** Another board dials with its token, and stays until it is pushed out. */
  twin(): void
  /** One text message as it stands, JSON or not. */
  text(text: string): void
  binary(bytes: Buffer): void
  /** Bytes straight to the network. */
  raw(bytes: Buffer): void
}

/** A board with less free memory than this gives up. */
const exhaustedBytes = 16 * 1024

/** Lets the fault happen to a board whose line has just come up. */
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
      return patient.after(fault.upMs, () => patient.hangUp(fault.downMs))
    case 'garbage':
      return repeat(patient, fault.everyMs, () => babble(patient))
    case 'half-open':
      return patient.after(fault.afterMs, () => {
        // Held for longer than it will be missed: only the dialling anew ends it.
        patient.hold(fault.silentMs * 2)
        patient.after(fault.silentMs, () => patient.abandon(fault.lateCutMs))
      })
    case 'brown-out':
      return patient.onCommand(() => patient.after(fault.afterMs, () => patient.reboot()))
    case 'weak-signal':
      // It is in all that the board says of itself.
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

/** A header that promises 200 bytes, 20 of them, and then ordinary messages, which fill the gap and run over it. */
function desync(patient: Patient): void {
  const header = Buffer.of(0x82, 0x80 | 126, 0, 200, 0, 0, 0, 0)
  patient.raw(Buffer.concat([header, Buffer.alloc(20, 0xff)]))
  for (let i = 0; i < 8; i++) patient.text(`{"type":"log","level":"info","message":"${'still here '.repeat(3)}"}`)
}

/** Three things seen in the field: a quote nobody escaped, a picture that is none, a picture without its end. */
function babble(patient: Patient): void {
  patient.text('{"type":"log","level":"error","message":"could not open "settings.json""}')
  patient.binary(Buffer.from('not a picture at all'))
  patient.binary(Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46))
}
