import { guest } from '../people/person-client.ts'
import { Board, refusal } from '../support/board.ts'
import { RunningGateway, testCard } from './running-gateway.ts'

/** A gateway as after some weeks of use: boards of every kind in every state, people, keys, and old journal entries. */
export interface Furnished {
  running: RunningGateway
  /** Device ids, named by the state or the kind of the device. */
  camera: string
  pico: string
  stale: string
  offline: string
  blocked: string
  pending: string
}

export async function furnish(): Promise<Furnished> {
  const running = await RunningGateway.build()
  const [roof, garden, workshop, waiting, panTilt, long, old] = await Promise.all([
    running.camera('roof-camera'),
    running.camera('garden-gate'),
    running.camera('workshop'),
    running.camera('24:6F:28:AE:51:0C'),
    running.pico('roof-pan-tilt'),
    running.pico('a-board-with-quite-a-long-name-that-must-not-break-anything-at'),
    running.pico('old-pico'),
  ])
  await Promise.all([
    running.admit(roof.id, { tags: ['roof'] }),
    running.admit(garden.id, { tags: ['garden'] }),
    running.admit(workshop.id),
    running.admit(panTilt.id, { tags: ['roof'] }),
    running.admit(long.id, { tags: ['simulated'] }),
    running.admit(old.id),
  ])
  await running.ask('POST', `/api/devices/${old.id}/block`, { reason: 'Lost on the train' })
  await Promise.all([old.board.stop(), workshop.board.stop()])

  const still = await running.stillCamera({ name: 'greenhouse', tags: ['garden'] })
  await still.board.sendFrame(testCard())
  await bringTwins(running)
  const gone = await Board.connect(running.gateway)
  await gone.next('connection_ack')
  await gone[Symbol.asyncDispose]()

  await running.ask('POST', `/api/devices/${panTilt.id}/servo`, { servo1: 72, servo2: 118 })
  await refusal(running.gateway, { token: null, protocols: ['arduino'], headers: { origin: 'file://' } })
  await guest(running.owner, 'operator', ['#roof'])
  await running.owner.ask('POST', '/api/people', {
    name: 'آرش',
    email: 'arash@example.org',
    role: 'viewer',
    grants: [garden.id],
  })
  await running.gateway.key('viewer', { label: 'Home Assistant', grants: ['#roof'], expiresInS: 9_000_000 })
  return {
    running,
    camera: roof.id,
    pico: panTilt.id,
    stale: still.id,
    offline: workshop.id,
    blocked: old.id,
    pending: waiting.id,
  }
}

/** Connects two boards with one token from two addresses. They replace each other until the gateway reports it. */
async function bringTwins({ gateway }: RunningGateway): Promise<void> {
  const first = await Board.connect(gateway, { deviceId: 'solar-tracker' })
  await first.next('connection_ack')
  await first.approve()
  for (const from of ['127.0.0.2', '127.0.0.1', '127.0.0.2', '127.0.0.1']) {
    const twin = await Board.connect(gateway, { deviceId: 'solar-tracker', token: first.token!, from })
    await twin.next('connection_ack')
  }
}
