/**
 * Loads something when it is first asked for, and keeps it. A failure is not kept: one that was for the moment, such as
 * no free file descriptor, must not last until the next start.
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
