declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was not run, for the sum that `npm test` prints. */
    skippedBecause?: string
  }
}

/** Options of a suite or a test that is run only where something is there. `npm test` counts the skipped ones by reason. */
export const onlyIf = (there: boolean, reason: string): { skip?: true; meta?: { skippedBecause: string } } =>
  there ? {} : { skip: true, meta: { skippedBecause: reason } }
