import type { Claim } from '../harness/claim.ts'
import { claim as attacked } from './attacked.ts'
import { claim as connect } from './connect.ts'
import { claim as crowd } from './crowd.ts'
import { claim as fanout } from './fanout.ts'
import { claim as journal } from './journal.ts'
import { claim as latency } from './latency.ts'
import { claim as page } from './page.ts'
import { claim as ping } from './ping.ts'
import { claim as processes } from './processes.ts'
import { claim as returning } from './returning.ts'
import { claim as soak } from './soak.ts'
import { claim as stalled } from './stalled.ts'
import { claim as start } from './start.ts'
import { claim as storm } from './storm.ts'
import { claim as tls } from './tls.ts'

/** All claims, in the order of the table. */
export const claims: Claim[] = [
  fanout,
  tls,
  ping,
  connect,
  storm,
  latency,
  crowd,
  stalled,
  returning,
  journal,
  attacked,
  start,
  processes,
  soak,
  page,
]
