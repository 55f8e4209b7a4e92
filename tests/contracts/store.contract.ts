import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Device } from '../../src/core/devices/device.ts'
import type { ApiKey } from '../../src/core/people/api-key.ts'
import type { Store } from '../../src/core/store.ts'
import { journalContract } from './store-journal.contract.ts'

/** The place of one store. Disposing a store and opening it again is a restart. */
export interface StorePlace extends AsyncDisposable {
  open(): Promise<Store>
}

/** Tests that every adapter of the port `Store` must pass. `find` makes a new, empty place. */
export function storeContract(adapter: string, find: () => Promise<StorePlace>): void {
  describe(`a store in ${adapter}`, () => {
    let place: StorePlace
    let store: Store
    beforeEach(async () => {
      place = await find()
      store = await place.open()
    })
    afterEach(async () => {
      await store[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    })
    const restart = async () => {
      await store[Symbol.asyncDispose]()
      store = await place.open()
    }

    it('starts empty', async () => {
      expect(await store.loadDevices()).toEqual([])
      expect(await store.loadTombstones()).toEqual([])
      expect(await store.loadKeys()).toEqual([])
      expect(await store.getSetting('enrolment')).toBeUndefined()
      expect(await store.query({ limit: 10 })).toEqual([])
      expect(await store.lastId()).toBe(0)
    })

    describe('devices', () => {
      it('come back with every field after a restart', async () => {
        await store.saveDevices([fullDevice, device('d_2')])
        await restart()
        expect(byId(await store.loadDevices())).toEqual(byId([fullDevice, device('d_2')]))
      })

      it('are replaced whole when saved again: a field that was dropped is gone', async () => {
        await store.saveDevices([fullDevice, device('d_2')])
        const bare = { ...device(fullDevice.id), state: 'blocked' as const }
        await store.saveDevices([bare])
        expect(byId(await store.loadDevices())).toEqual(byId([bare, device('d_2')]))
      })

      it('are forgotten together with the burial of their tokens', async () => {
        await store.saveDevices([device('d_1'), device('d_2'), device('d_3')])
        await store.deleteDevices(['d_1', 'd_3', 'd_unknown'], ['hash-1', 'hash-3'])
        await store.deleteDevices([], ['hash-1', 'hash-4'])
        await restart()
        expect((await store.loadDevices()).map(({ id }) => id)).toEqual(['d_2'])
        expect((await store.loadTombstones()).sort()).toEqual(['hash-1', 'hash-3', 'hash-4'])
      })

      it('can be 10,000', async () => {
        const fleet = Array.from({ length: 10_000 }, (_, i) => ({ ...fullDevice, id: `d_${i}`, name: `board-${i}` }))
        await store.saveDevices(fleet)
        await restart()
        expect(byId(await store.loadDevices())).toEqual(byId(fleet))
      })

      it('keep any string a board may have sent', async () => {
        await fc.assert(
          fc.asyncProperty(nasty, nasty, async (saysItIs, blockedReason) => {
            const odd = { ...device('d_odd'), saysItIs, blockedReason, tags: [saysItIs] }
            await store.saveDevices([odd])
            expect(await store.loadDevices()).toEqual([odd])
          }),
        )
      })
    })

    it('keeps API keys, replaces and deletes them', async () => {
      const first: ApiKey = { id: 'k_1', hash: 'h1', role: 'owner', label: "o'wner ✓", createdAt: 1 }
      const second: ApiKey = {
        ...first,
        id: 'k_2',
        role: 'viewer',
        expiresAt: 9,
        grants: ['d_1', '#roof'],
        personId: 'p',
      }
      await store.saveKey(first)
      await store.saveKey(second)
      await store.saveKey({ ...first, label: 'renamed' })
      await restart()
      expect(byId(await store.loadKeys())).toEqual([{ ...first, label: 'renamed' }, second])
      await store.deleteKey('k_1')
      await store.deleteKey('k_unknown')
      expect(await store.loadKeys()).toEqual([second])
    })

    it('keeps any JSON value as a setting, the newest one', async () => {
      await fc.assert(
        fc.asyncProperty(nasty, fc.jsonValue({ stringUnit: 'binary' }), async (name, value) => {
          await store.putSetting(name, 'before')
          await store.putSetting(name, value)
          expect(await store.getSetting(name)).toEqual(JSON.parse(JSON.stringify(value)))
        }),
      )
      await store.putSetting('enrolment', { mode: 'pairing', pairingUntil: 1_800_000_000_000 })
      await restart()
      expect(await store.getSetting('enrolment')).toEqual({ mode: 'pairing', pairingUntil: 1_800_000_000_000 })
    })

    journalContract(() => store, restart)

    it('finishes what was asked before it closes, and refuses what comes after', async () => {
      const saved = store.saveDevices([device('d_1')])
      const put = store.putSetting('epoch', 7)
      const closed = store[Symbol.asyncDispose]()
      await Promise.all([saved, put, closed, store[Symbol.asyncDispose]()])
      await expect(store.saveDevices([device('d_2')])).rejects.toThrow()
      await expect(store.query({ limit: 1 })).rejects.toThrow()
      store = await place.open()
      expect(await store.loadDevices()).toEqual([device('d_1')])
      expect(await store.getSetting('epoch')).toBe(7)
    })
  })
}

/** Texts with quotes, NUL, emoji and right-to-left letters, but without half surrogates. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom("'; drop table devices; --", '\0', '"\\', 'سلام‌دنیا'),
)

const device = (id: string): Device => ({
  id,
  name: `name-of-${id}`,
  kind: 'pico',
  state: 'active',
  tags: [],
  source: 'claim',
  createdAt: 1_800_000_000_000,
})

const fullDevice: Device = {
  ...device('d_1'),
  kind: 'esp32cam',
  tags: ['roof', 'بام'],
  tokenHash: 'a'.repeat(43),
  previousTokenHash: 'b'.repeat(43),
  previousTokenUntil: 1_800_000_000_001,
  tokenRevokedAt: 1_800_000_000_002,
  credential: 'c'.repeat(43),
  member: '24:6F:28:AA:BB:CC',
  saysItIs: '24:6F:28:AA:BB:CC',
  approvedAt: 1_800_000_000_003,
  blockedAt: 1_800_000_000_004,
  blockedReason: 'it "shouted"',
  removedAt: 1_800_000_000_005,
  stateBefore: 'pending',
  lastSeenAt: 1_800_000_000_006,
  lastAddress: '2001:db8::1',
  disconnectedAt: 1_800_000_000_007,
  connectionId: 'c_abc',
  contestedAt: 1_800_000_000_008,
  firmware: '1.0.0',
  angles: { servo1: 90, servo2: 45 },
  memoryFreeBytes: 123_456,
  signalDbm: -71,
  uptimeS: 86_400.5,
  simulated: true,
}

const byId = <Item extends { id: string }>(items: Item[]) => items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
