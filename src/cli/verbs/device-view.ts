import type { DeviceView } from '#protocol/api.ts'
import { lookup } from '#protocol/lookup.ts'
import type { Terminal, TerminalColour } from '../terminal.ts'
import { formatDuration } from '../text/time.ts'

const inks: Record<string, TerminalColour> = {
  online: 'green',
  reconnecting: 'yellow',
  offline: 'dim',
  pending: 'yellow',
  blocked: 'red',
  removed: 'dim',
}

export function printDevices(
  terminal: Terminal,
  devices: readonly DeviceView[],
  { filtered }: { filtered: boolean },
): void {
  if (devices.length === 0) {
    return terminal.say(
      filtered ? 'No such devices.' : 'No devices yet. Try a simulated one: npx darvaza simulate pico',
    )
  }
  const painted = (word: string) => {
    const ink = lookup(inks, word)
    return ink ? { text: word, paint: (text: string) => terminal.paint(ink, text) } : word
  }
  terminal.printTable(
    [
      { head: 'ID' },
      { head: 'NAME' },
      { head: 'KIND' },
      { head: 'STATE' },
      { head: 'PRESENCE' },
      { head: 'LAST SEEN' },
      { head: 'ADDRESS' },
      { head: 'NOTE' },
    ],
    devices.map(device => [
      device.id,
      device.name,
      device.kind,
      painted(device.state),
      painted(device.presence),
      terminal.time(device.lastSeen),
      device.address ?? '',
      note(device),
    ]),
  )
  const waiting = devices.filter(device => device.state === 'pending')
  // The person more likely means a board that is online.
  const next = waiting.find(({ online }) => online) ?? waiting[0]
  if (next) terminal.say(`\nTo let one in: npx darvaza device approve ${next.id}`)
}

function note({ contested, state, saysItIs, tags }: DeviceView): string {
  return [
    contested && 'CONTESTED: two boards use its token',
    state === 'pending' && saysItIs && `says it is ${JSON.stringify(saysItIs)}`,
    ...tags.map(tag => `#${tag}`),
  ]
    .filter(Boolean)
    .join(' ')
}

export function printDevice(terminal: Terminal, device: DeviceView): void {
  const { memoryFree, uptime, signal, angles, roundTripMs, fps, lastFrame, viewers } = device
  terminal.printFields([
    ['name', device.name],
    ['id', device.id],
    ['kind', device.kind],
    ['state', device.state],
    ['blocked because', device.state === 'blocked' ? device.blockedReason : undefined],
    ['presence', device.presence],
    ['says it is', device.saysItIs],
    ['address', device.address],
    ['last seen', terminal.time(device.lastSeen)],
    ['firmware', device.firmware],
    ['library', device.library],
    ['free memory', isNumber(memoryFree) ? `${Math.round(memoryFree / 1024)} KiB` : undefined],
    ['signal', isNumber(signal) ? `${signal} dBm` : undefined],
    ['up for', isNumber(uptime) ? (uptime < 1 ? 'a moment' : formatDuration(uptime * 1000)) : undefined],
    ['round trip', isNumber(roundTripMs) ? `${roundTripMs} ms` : undefined],
    ['last picture', [terminal.time(lastFrame), isNumber(fps) && `${fps} a second`].filter(Boolean).join(', ')],
    ['viewers', viewers ? String(viewers) : undefined],
    ['angles', angles ? `servo1 ${angles.servo1}°, servo2 ${angles.servo2}°` : undefined],
    ['tags', device.tags.map(tag => `#${tag}`).join(' ')],
    ['came by', device.source],
    ['token', device.tokenState],
    ['connection', device.connectionId],
    ['first seen', terminal.time(device.createdAt)],
    ['approved', terminal.time(device.approvedAt)],
    ['blocked', terminal.time(device.blockedAt)],
    ['removed', terminal.time(device.removedAt)],
  ])
  if (device.contested) {
    terminal.print('')
    terminal.print(terminal.paint('red', 'Two boards are using its token, so steering is paused.'))
    terminal.print(
      `All is well: npx darvaza device confirm ${device.id}   Give it a new one: npx darvaza token rotate ${device.id}`,
    )
  }
  printMessages(terminal, device.messages ?? [])
  if (device.state === 'pending') terminal.say(`\nTo let it in: npx darvaza device approve ${device.id}`)
}

/** The last messages of a pending board, of any form, one line each. */
function printMessages(terminal: Terminal, messages: NonNullable<DeviceView['messages']>): void {
  if (messages.length === 0) return
  terminal.print('\nits last messages')
  for (const { at, message } of messages) terminal.print(`  ${terminal.time(at)}  ${terminal.text(message)}`)
}

const isNumber = (value: unknown): value is number => typeof value === 'number'
