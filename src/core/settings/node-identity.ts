import { randomLetters } from '../ids.ts'
import type { SettingsStore } from './settings-store.ts'

/** Identifies the writer of the journal: `node` stays the same in one data folder, `epoch` counts the starts. */
export async function beginEpoch(store: SettingsStore): Promise<{ node: string; epoch: number }> {
  const known = (await store.getSetting('node')) as string | undefined
  const node = known ?? `n_${randomLetters(6)}`
  const epoch = (((await store.getSetting('epoch')) as number | undefined) ?? 0) + 1
  if (!known) await store.putSetting('node', node)
  await store.putSetting('epoch', epoch)
  return { node, epoch }
}
