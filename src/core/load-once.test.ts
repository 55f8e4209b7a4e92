import { expect, it, vi } from 'vitest'
import { loadOnce } from './load-once.ts'

it('loads once for all who ask, and again after a failure', async () => {
  const load = vi.fn(async () => 'loaded')
  load.mockRejectedValueOnce(new Error('EMFILE'))
  const loaded = loadOnce(load)
  const failing = [loaded(), loaded()]
  for (const one of failing) await expect(one).rejects.toThrow('EMFILE')
  expect(load).toHaveBeenCalledTimes(1)
  expect(await Promise.all([loaded(), loaded()])).toEqual(['loaded', 'loaded'])
  expect(await loaded()).toBe('loaded')
  expect(load).toHaveBeenCalledTimes(2)
})
