import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Board } from '../../support/board.ts'
import type { TestGateway } from '../../support/gateway.ts'

interface Reading {
  board: string
  sequence: number
}

/** Notes everything that the gateway has acknowledged, and checks that it was kept. */
export class Promises {
  /** The acknowledged readings of this round. */
  readonly #readings: Reading[] = []
  /** The newest token of each board in this round that an answer contained or that had a reading acknowledged. */
  readonly #tokens = new Map<string, string>()
  readonly #keys: string[] = []
  readonly #acts: string[] = []
  /** All boards that were ever enrolled and had a reading acknowledged. */
  readonly #boards = new Set<string>()
  /** The retention setting: the last acknowledged value, and the last one sent. */
  megabytes = { acknowledged: 0, sent: 100 }
  #lastRowSeen = 0
  #kept = { readings: 0, boards: 0, tokens: 0, keys: 0, acts: 0 }

  reading(board: string, sequence: number): void {
    this.#readings.push({ board, sequence })
  }

  /** Notes that a board was enrolled and a reading of it was acknowledged. */
  enrolled(board: string, token: string): void {
    this.#boards.add(board)
    this.#tokens.set(board, token)
  }

  /** Notes the newest token of a board from an answer. */
  token(board: string, token: string): void {
    this.#tokens.set(board, token)
  }

  key(secret: string): void {
    this.#keys.push(secret)
  }

  /** Notes an act. `what`: a part of the text of its journal row. */
  act(what: string): void {
    this.#acts.push(what)
  }

  /** Checks this round and begins the next. @throws if anything acknowledged is missing, or a database is damaged. */
  async mustBeKept(gateway: TestGateway): Promise<void> {
    for (const file of ['darvaza.sqlite', 'people.sqlite', 'telemetry.sqlite']) mustBeWhole(join(gateway.dataDir, file))
    const rows = this.#newRows(gateway.dataDir)
    const devices = await allDevices(gateway)
    for (const { board, sequence } of this.#readings) {
      const row = rows.readings.get(`${board}:${sequence}`)
      must(row !== undefined, `reading ${sequence} of ${board} was acknowledged and is not in the journal`)
      must(devices.has(row), `reading ${sequence} of ${board} is of the device ${row}, which does not exist`)
    }
    const names = new Set([...devices.values()].map(({ saysItIs }) => saysItIs))
    for (const board of this.#boards) must(names.has(board), `${board} was enrolled, and is not known any more`)
    for (const what of this.#acts)
      must(
        rows.acts.some(text => text.includes(what)),
        `no row says "${what}"`,
      )
    for (const [deviceId, token] of this.#tokens) {
      await using board = await Board.connect(gateway, { token, deviceId })
      await board.next('connection_ack')
    }
    for (const secret of this.#keys) {
      const { status } = await gateway.api('GET', '/api/devices', undefined, { key: secret })
      must(status === 200, `a key that was made answers ${status}`)
    }
    const { journalMaxMb } = (await gateway.api('GET', '/api/settings')).body
    const { acknowledged, sent } = this.megabytes
    if (acknowledged > 0)
      must(
        journalMaxMb >= acknowledged && journalMaxMb <= sent,
        `the setting is ${journalMaxMb}; acknowledged was ${acknowledged}, sent ${sent}`,
      )
    this.#nextRound()
  }

  toString(): string {
    const { readings, boards, tokens, keys, acts } = this.#kept
    return `${readings} readings, ${boards} boards, ${tokens} tokens, ${keys} keys and ${acts} acts acknowledged, none lost`
  }

  #nextRound(): void {
    this.#kept.readings += this.#readings.length
    this.#kept.boards = this.#boards.size
    this.#kept.tokens += this.#tokens.size
    this.#kept.keys += this.#keys.length
    this.#kept.acts += this.#acts.length
    this.#tokens.clear()
    for (const list of [this.#readings, this.#keys, this.#acts]) list.length = 0
  }

  /** From the rows since the last round: device ids by reading, and texts of acts. */
  #newRows(dataDir: string): { readings: Map<string, string>; acts: string[] } {
    using database = new DatabaseSync(join(dataDir, 'darvaza.sqlite'), { readOnly: true })
    const found = database
      .prepare(`select id, kind, device_id, text, data from journal where id > ? and kind in ('message', 'act')`)
      .all(this.#lastRowSeen)
    const readings = new Map<string, string>()
    const acts: string[] = []
    for (const { id, kind, device_id, text, data } of found) {
      this.#lastRowSeen = Math.max(this.#lastRowSeen, Number(id))
      if (kind === 'act') acts.push(String(text))
      else {
        const { board, sequence } = JSON.parse(String(data)).data ?? {}
        readings.set(`${board}:${sequence}`, String(device_id))
      }
    }
    return { readings, acts }
  }
}

/** Checks a database. The file may be missing if nothing has been written to it yet. */
function mustBeWhole(file: string): void {
  if (!existsSync(file)) return
  using database = new DatabaseSync(file, { readOnly: true })
  const problems = database.prepare('pragma integrity_check').all()
  must(JSON.stringify(problems) === '[{"integrity_check":"ok"}]', `${file}: ${JSON.stringify(problems)}`)
}

async function allDevices(gateway: TestGateway): Promise<Map<string, { saysItIs: string | null }>> {
  const devices = new Map<string, { saysItIs: string | null }>()
  for (let cursor = ''; ; ) {
    const { body } = await gateway.api('GET', `/api/devices?limit=1000${cursor}`)
    for (const device of body.devices) devices.set(device.id, device)
    if (!body.nextCursor) return devices
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`
  }
}

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}
