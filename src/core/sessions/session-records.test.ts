import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import type { JournalRow } from '../journal/entry.ts'

const picture = Buffer.from(`ffd8${'01'.repeat(96)}ffd9`, 'hex')

const kept = (core: Core, kind: JournalRow['kind'] = 'message') => core.store.rows().filter(row => row.kind === kind)

describe('what is written down', () => {
  it('never holds the token, in whatever field, number or broken JSON it comes', async () => {
    const token = 'fleet:secret@"quoted"\\and/more-0123456789'
    const core = await Core.start({ shared: [{ token, kind: 'pico' }] })
    const board = core.connect({ token })
    const escaped = JSON.stringify(token).slice(1, -1)
    board.say({ type: 'connection', status: 'connected', token })
    board.say({ type: 'connect', device: token, version: token, auth_token: `${token.slice(0, 10)}...` })
    board.say({ type: token })
    board.say({ type: `${'x'.repeat(50)}${token}` })
    board.say({ type: 'log', level: `info ${token}`, message: `${'y'.repeat(280)}${token}` })
    board.say({ type: 'log', message: `GET /x?t=${encodeURIComponent(token)}` })
    board.say({ type: 'sensor_data', sensor_type: `${'s'.repeat(40)}${token}`, [token]: { [token]: [token] } })
    board.say(`{"token":"${escaped}`)
    board.say(`${'z'.repeat(1_970)}${token}`)
    board.say(`{"raw":"${'z'.repeat(3_000)}${escaped}"}`)
    core.disconnect(board)
    await core.flush()
    const everything = core.store.everything()
    for (const form of [token, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(token)])
      expect(everything).not.toContain(form)
    // A text that was cut within the token does not contain its beginning either.
    expect(everything).not.toContain(token.slice(0, 12))
    expect(everything).toContain('[token]')
  })

  it('never holds a claim, whoever it belongs to', async () => {
    const core = await Core.start()
    const [one, other] = [core.connect(), core.connect()]
    one.say({ type: 'log', message: `my neighbour uses ${other.token}` })
    one.say({ type: 'connection', token: one.token })
    await core.flush()
    for (const { token } of [one, other]) {
      expect(core.store.everything()).not.toContain(token)
      expect(JSON.stringify(core.sessions.messagesOf(one.device.id))).not.toContain(token)
    }
  })

  it('is short, however long the message', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.say({ type: 't'.repeat(5_000) })
    board.say({ type: 'log', message: 'm'.repeat(60_000) })
    board.say('n'.repeat(60_000))
    await core.flush()
    for (const row of kept(core)) {
      expect(row.text.length).toBeLessThan(400)
      expect(JSON.stringify(row.data).length).toBeLessThan(2_300)
    }
  })

  it('counts what is frequent, and keeps a row for what is not', async () => {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    board.say({ type: 'connection', status: 'connected' })
    board.say({ type: 'log', message: 'camera is ready', level: 'info' })
    for (let second = 0; second < 30; second++) {
      board.say({ type: 'log', message: `FPS: ${second}.50` })
      board.say({ type: 'frame', size: 100, fps: 10 })
      board.sendBinary(picture)
      board.say({ type: 'ping' })
    }
    board.say({ type: 'heartbeat', timestamp: 5 })
    expect(board.session.fps).toBe(10)
    core.clock.advance(3_000)
    core.disconnect(board)
    await core.flush()
    expect(kept(core).map(row => row.text)).toEqual(['introduced itself', 'log (info): camera is ready'])
    expect(kept(core, 'traffic')).toMatchObject([
      { data: { frames: 30, frameBytes: 3_000, pings: 30, fpsLogs: 30, heartbeats: 1 } },
    ])
  })

  it('notes an introduction with odd values as such', async () => {
    const core = await Core.start()
    const board = core.connect()
    board.say({ type: 'connect', device: 7 })
    await core.flush()
    expect(kept(core)).toMatchObject([{ text: 'introduced itself with unusual values', data: { type: 'connect' } }])
  })
})
