declare module 'vitest' {
  interface TaskMeta {
    /** The reason why a test was skipped, for the summary that `npm test` prints. */
    skippedBecause?: string
  }
}

/** Options of a suite or test that needs something installed (`there`). `npm test` counts skipped tests by reason. */
export const onlyIf = (there: boolean, reason: string): { skip?: true; meta?: { skippedBecause: string } } =>
  there ? {} : { skip: true, meta: { skippedBecause: reason } }
