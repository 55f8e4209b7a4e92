import { enrolment, enrolmentChange } from '#protocol/api.ts'
import { pairingAtMost } from '#protocol/durations.ts'
import { enrolmentView } from '../../../core/dashboard/enrolment-view.ts'
import { invalid } from '../failures.ts'
import { answers, body, type Mount } from '../mount.ts'

const tags = ['enrolment']
const responses = { 200: answers(enrolment, 'How new boards get in now.') }

export function mountEnrolment(mount: Mount): void {
  mount('GET /api/enrolment', { tags, summary: 'How new boards get in', responses }, c =>
    c.json(enrolmentView(c.env.core), 200),
  )

  mount(
    'PUT /api/enrolment',
    { tags, summary: 'Change how new boards get in', request: body(enrolmentChange), responses },
    async c => {
      const { core } = c.env
      const { mode, boards, pairingUntil, ...change } = c.req.valid('json')
      const leftMs = pairingUntil === undefined ? undefined : Date.parse(pairingUntil) - core.clock.now()
      if (leftMs !== undefined && (leftMs <= 0 || leftMs > pairingAtMost.seconds * 1000))
        throw invalid({ path: 'pairingUntil', message: 'within the next 24 hours' })
      const seconds = leftMs === undefined ? change.seconds : leftMs / 1000
      await core.enrolment.set({ mode, boards, seconds }, c.var.principal)
      await core.journal.committed()
      return c.json(enrolmentView(core), 200)
    },
  )
}
