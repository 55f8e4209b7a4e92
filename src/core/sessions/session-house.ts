import type { Sessions } from './sessions.ts'

/** What a session needs of the house it lives in. */
export type SessionHouse = Pick<
  Sessions,
  | 'clock'
  | 'limits'
  | 'journal'
  | 'streams'
  | 'recorder'
  | 'strangers'
  | 'messageRows'
  | 'zones'
  | 'onFrame'
  | 'onFacts'
  | 'readingsStored'
  | 'keepPendingMessage'
  | 'note'
  | 'diagnose'
  | 'end'
  | 'caught'
>
