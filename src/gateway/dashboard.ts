import type { Principal } from '../core/access/access.ts'
import { DeviceFeed } from '../core/dashboard/device-feed.ts'
import type { PageSessionParts } from '../core/dashboard/page-session.ts'
import { PageSessions } from '../core/dashboard/page-sessions.ts'
import type { Enrolment } from '../core/enrolment/enrolment.ts'
import type { Previews } from '../core/frames/previews.ts'
import type { FlightRecorders } from '../core/health/flight-recorders.ts'
import type { Limits } from '../core/limits.ts'
import type { Sessions } from '../core/sessions/sessions.ts'
import type { FailureCode } from '../errors/errors.ts'
import { deviceView } from '../transports/http/resources/device-view.ts'
import { enrolmentView } from '../transports/http/resources/enrolment.ts'
import { entryView } from '../transports/http/resources/journal.ts'
import { DashboardEndpoint } from '../transports/ws/dashboard-endpoint.ts'
import type { HandshakeRequest } from '../transports/ws/handshake-request.ts'

type Parts = Omit<PageSessionParts, 'feed' | 'entryView' | 'limits'> & {
  limits: Limits
  sessions: Sessions
  previews: Previews
  flightRecorders: FlightRecorders
  enrolment: Enrolment
  identify: (handshake: HandshakeRequest) => Principal | FailureCode
  publicUrl: string | undefined
  operatorsNeedTls: boolean
}

/** The dashboard's live side: what pages see, say and steer, and the door they come in by. */
export function openDashboard({
  identify,
  publicUrl,
  operatorsNeedTls,
  sessions,
  previews,
  flightRecorders,
  enrolment,
  ...house
}: Parts): DashboardEndpoint {
  const { registry, streams, clock, limits, faults } = house
  const feed = new DeviceFeed({
    registry,
    clock,
    faults,
    view: device => deviceView({ sessions, streams, previews, clock, flightRecorders }, device),
    enrolment: () => enrolmentView({ enrolment, registry }),
  })
  const pageSessions = new PageSessions({
    ...house,
    feed,
    entryView: (row, reader) => entryView(row, registry, reader),
  })
  return new DashboardEndpoint({
    pageSessions,
    identify,
    publicUrl,
    operatorsNeedTls,
    faults,
    closeWaitMs: limits.closeWaitMs,
  })
}
