import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlSocketName } from '../../src/control-socket.ts'
import { darvaza } from '../cli/support/run.ts'
import { ask } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { overControlSocket, type SpawnedGateway, spawnGateway, temporaryFolder } from '../support/gateway.ts'
import { RawClient } from '../support/raw.ts'

/* A gateway that may open 256 files, and strangers that open so many connections that none would be left. */

let gateway: SpawnedGateway
const strangers: RawClient[] = []
beforeAll(async () => {
  gateway = await spawnGateway({ openFiles: 256 })
})
afterAll(async () => {
  await Promise.all(strangers.map(stranger => stranger[Symbol.asyncDispose]()))
  await gateway[Symbol.asyncDispose]()
})

const metric = async (name: string): Promise<number> => {
  const { body } = await gateway.api('GET', '/metrics')
  return Number(new RegExp(`^darvaza_${name} (\\d+)$`, 'm').exec(body)?.[1])
}

describe('a gateway whose connections are all taken', () => {
  it('admits a board in the place of who says nothing, and answers its own host', async () => {
    await using before = await Board.active(gateway)
    for (let count = 0; count < 400; count++) strangers.push(await RawClient.connect(gateway.port))
    await expect.poll(() => metric('connections_closed_for_room_total')).toBeGreaterThan(200)

    await using newcomer = await Board.active(gateway)
    for (const board of [before, newcomer]) {
      board.send({ type: 'sensor_data', sensor_type: 'climate', data: { temperature: 20 } })
      expect((await board.next('ack')).status).toBe('success')
    }
    const listed = await darvaza(['device', 'list', '--data', gateway.dataDir, '--json'])
    expect({ code: listed.code, stderr: listed.stderr }).toEqual({ code: 0, stderr: '' })
    expect((await overControlSocket(gateway.dataDir, 'GET', '/ready')).status).toBe(200)
    // A thread that starts only now still gets file descriptors.
    const telemetry = await gateway.api('GET', `/api/devices/${await newcomer.id()}/telemetry?range=24h`)
    expect(telemetry.status).toBe(200)
    expect((await ask(gateway, 'GET', '/api/auth/get-session')).status).toBeLessThan(500)
  })

  it('says so once a minute, with what to do', async () => {
    const { body } = await gateway.api('GET', '/api/journal?kind=gateway&limit=500')
    const rows = body.entries.filter((row: { data: { event?: string } }) => row.data?.event === 'connections_full')
    expect(rows).toHaveLength(1)
    expect(rows[0].text).toMatch(/^All 160 connections .* LimitNOFILE in its unit, or ulimit -n\.$/)
  })
})

describe('the command line', () => {
  it('tells a gateway that does not answer from one that is not running', async () => {
    const dataDir = await temporaryFolder()
    // Accepts and closes each connection, as the system does for a process that has no file descriptor left.
    const server = createServer(socket => socket.destroy()).listen(join(dataDir, controlSocketName))
    await once(server, 'listening')
    const { code, stderr } = await darvaza(['device', 'list', '--data', dataDir])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^darvaza: The gateway of \S+ does not answer \(control\.sock: \w+\)\.\n.*LimitNOFILE/)
    server.close()
    await once(server, 'close')
    const { stderr: after } = await darvaza(['device', 'list', '--data', dataDir])
    expect(after).toMatch(/^darvaza: No gateway is running on the data folder /)
    await rm(dataDir, { recursive: true })
  })
})
