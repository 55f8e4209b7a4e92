/**
 * Loads a value at its first use, and keeps it. A failure is not kept, because it may be temporary, such as a lack of
 * file descriptors, and must not last until the next start.
 */
export function loadOnce<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined
  return () => {
    loading ??= load().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }
}
