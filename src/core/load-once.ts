/**
 * Loads a value at its first use, and keeps it. A failure is not kept: a passing one, such as no free file descriptor,
 * must not last until the next start.
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
