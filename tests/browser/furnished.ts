import { guest } from '../people/person-client.ts'
import { Board, refusal } from '../support/board.ts'
import { RunningGateway, testCard } from './running-gateway.ts'

/** A gateway as after some weeks of use: boards of every kind in every state, people, keys, and old journal entries. */
export interface Furnished {
  gateway: RunningGateway
  /** Device ids, named by the state or the kind of the device. */
  camera: string
  pico: string
  stale: string
  offline: string
  blocked: string
  pending: string
}

export async function furnish(): Promise<Furnished> {
  const gateway = await RunningGateway.build()
  const [roof, garden, workshop, waiting, panTilt, long, old] = await Promise.all([
    gateway.camera('roof-camera'),
    gateway.camera('garden-gate'),
    gateway.camera('workshop'),
    gateway.camera('24:6F:28:AE:51:0C'),
    gateway.pico('roof-pan-tilt'),
    gateway.pico('a-board-with-quite-a-long-name-that-must-not-break-anything-at'),
    gateway.pico('old-pico'),
  ])
  await Promise.all([
    gateway.admit(roof.id, { tags: ['roof'] }),
    gateway.admit(garden.id, { tags: ['garden'] }),
    gateway.admit(workshop.id),
    gateway.admit(panTilt.id, { tags: ['roof'] }),
    gateway.admit(long.id, { tags: ['simulated'] }),
    gateway.admit(old.id),
  ])
  await gateway.ask('POST', `/api/devices/${old.id}/block`, { reason: 'Lost on the train' })
  await Promise.all([old.board.stop(), workshop.board.stop()])

  const still = await gateway.stillCamera({ name: 'greenhouse', tags: ['garden'] })
  await still.board.sendFrame(testCard())
  await bringTwins(gateway)
  const gone = await Board.connect(gateway.server)
  await gone.next('connection_ack')
  await gone[Symbol.asyncDispose]()

  await gateway.ask('POST', `/api/devices/${panTilt.id}/servo`, { servo1: 72, servo2: 118 })
  await refusal(gateway.server, { token: null, protocols: ['arduino'], headers: { origin: 'file://' } })
  await guest(gateway.owner, 'operator', ['#roof'])
  await gateway.owner.ask('POST', '/api/people', {
    name: 'آرش',
    email: 'arash@example.org',
    role: 'viewer',
    grants: [garden.id],
  })
  await gateway.server.key('viewer', { label: 'Home Assistant', grants: ['#roof'], expiresInS: 9_000_000 })
  return {
    gateway,
    camera: roof.id,
    pico: panTilt.id,
    stale: still.id,
    offline: workshop.id,
    blocked: old.id,
    pending: waiting.id,
  }
}

/** Connects two boards with one token from two addresses. They replace each other until the gateway reports it. */
async function bringTwins({ server }: RunningGateway): Promise<void> {
  const first = await Board.connect(server, { deviceId: 'solar-tracker' })
  await first.next('connection_ack')
  await first.approve()
  for (const from of ['127.0.0.2', '127.0.0.1', '127.0.0.2', '127.0.0.1']) {
    const twin = await Board.connect(server, { deviceId: 'solar-tracker', token: first.token!, from })
    await twin.next('connection_ack')
  }
}
