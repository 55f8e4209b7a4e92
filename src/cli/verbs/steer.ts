import { type Command, Option } from 'commander'
import type { Steered } from '#protocol/api.ts'
import { commandTtlAtMostMs } from '#protocol/durations.ts'
import { knownActions } from '#protocol/vocabulary.ts'
import { parameter, several, wholeNumber } from '../arguments.ts'
import { devicePath, onDevice } from '../devices.ts'
import { Failed, UsageError } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import type { Terminal } from '../terminal.ts'
import { asksGateway, examples, type VerbContext } from '../verb.ts'

interface ServoOptions {
  servo1?: number
  servo2?: number
  smooth?: boolean
  ttlMs?: number
}

export const actionsInWords = knownActions.join(', ')

export function servoVerb(program: Command, around: Surroundings): void {
  const angle = (servo: string) => `angle of ${servo} in degrees, 0 to 180; where it stands now unless given`
  const servo = program
    .command('servo')
    .description('move the servos of a board, and wait for its acknowledgement')
    .helpGroup('Devices:')
    .argument('<device>', 'id or name')
    .option('--servo1 <degrees>', angle('servo 1'), wholeNumber(0, 180))
    .option('--servo2 <degrees>', angle('servo 2'), wholeNumber(0, 180))
    .option('--smooth', 'move slowly and evenly')
    .addOption(timeToLive())
  asksGateway(servo, around, moveServo)
  examples(
    servo,
    'npx darvaza servo greenhouse --servo1 90 --servo2 45',
    'npx darvaza servo roof-cam --servo1 120 --smooth',
  )
}

const timeToLive = (): Option =>
  new Option('--ttl-ms <ms>', 'not to be carried out when it could not be sent within this time').argParser(
    wholeNumber(1, commandTtlAtMostMs),
  )

export function actionVerb(program: Command, around: Surroundings): void {
  const action = program
    .command('action')
    .description('have a board do something it knows')
    .helpGroup('Devices:')
    .argument('<device>', 'id or name')
    .argument('<action>', `what: ${actionsInWords}, or another one its firmware knows`)
    .option('--with <name=value>', 'more for the board to know; may be given several times', several(parameter))
    .addOption(timeToLive())
  asksGateway(action, around, doAction)
  examples(
    action,
    'npx darvaza action greenhouse reset_position',
    ['npx darvaza action greenhouse emergency_stop', 'obeyed as soon as its current move ends'],
    'npx darvaza action roof-cam capture_photo --with quality=90 --with flash=true',
  )
}

async function moveServo({ api, terminal, options }: VerbContext<ServoOptions>, typed: string): Promise<void> {
  const { servo1, servo2, smooth, ttlMs } = options
  if (servo1 === undefined && servo2 === undefined) throw new UsageError('Give --servo1, --servo2 or both, in degrees.')
  const body = { servo1, servo2, smooth, ttlMs }
  const reply = await onDevice(api, typed, device => api.json<Steered>('POST', devicePath(device, '/servo'), body))
  const asked = [servo1 !== undefined && `servo1 ${servo1}°`, servo2 !== undefined && `servo2 ${servo2}°`]
  printAck(terminal, reply, `${terminal.text(typed)}: ${asked.filter(Boolean).join(', ')}`)
}

interface ActionOptions {
  with?: [name: string, value: unknown][]
  ttlMs?: number
}

async function doAction(
  { api, terminal, options }: VerbContext<ActionOptions>,
  typed: string,
  action: string,
): Promise<void> {
  const body = { ...Object.fromEntries(options.with ?? []), action, ttlMs: options.ttlMs }
  const reply = await onDevice(api, typed, device => api.json<Steered>('POST', devicePath(device, '/action'), body))
  printAck(terminal, reply, `${terminal.text(typed)}: ${terminal.text(action)}`)
}

function printAck(terminal: Terminal, reply: Steered, what: string): void {
  const { ack, latencyMs } = reply
  const detail = terminal.text(ack?.detail ?? ack?.message)
  if (terminal.json) terminal.printJson(reply)
  if (ack?.status === 'error') {
    throw new Failed(`The board could not do it${detail && `: ${detail}`}.`, {
      code: 'board_error',
      hint: 'Its journal may say why: npx darvaza journal --device NAME.',
    })
  }
  if (terminal.json) return
  const when = ack ? `acknowledged after ${Math.round(latencyMs)} ms` : 'sent; this board acknowledges nothing'
  const ignored = ack?.status === 'ignored' ? ', and ignored by the board' : ''
  terminal.print(`${what}, ${when}${ignored}${detail && `: ${detail}`}`)
}
