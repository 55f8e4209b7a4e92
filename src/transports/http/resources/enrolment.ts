import { type EnrolmentView, enrolment, enrolmentChange } from '#protocol/api.ts'
import { pairingAtMost } from '#protocol/durations.ts'
import { invalid } from '../failures.ts'
import { answers, body, type Mount } from '../mount.ts'
import type { HttpServices } from '../request-context.ts'
import { isoOrNull } from './device-view.ts'

const tags = ['enrolment']
const responses = { 200: answers(enrolment, 'How new boards get in now.') }

export function mountEnrolment(mount: Mount): void {
  mount('GET /api/enrolment', { tags, summary: 'How new boards get in', responses }, c =>
    c.json(enrolmentView(c.env.services), 200),
  )

  mount(
    'PUT /api/enrolment',
    { tags, summary: 'Change how new boards get in', request: body(enrolmentChange), responses },
    async c => {
      const { services } = c.env
      const { mode, boards, pairingUntil, ...change } = c.req.valid('json')
      const leftMs = pairingUntil === undefined ? undefined : Date.parse(pairingUntil) - services.clock.now()
      if (leftMs !== undefined && (leftMs <= 0 || leftMs > pairingAtMost.seconds * 1000))
        throw invalid({ path: 'pairingUntil', message: 'within the next 24 hours' })
      const seconds = leftMs === undefined ? change.seconds : leftMs / 1000
      await services.enrolment.set({ mode, boards, seconds }, c.var.principal)
      await services.journal.committed()
      return c.json(enrolmentView(services), 200)
    },
  )
}

export function enrolmentView({ enrolment, registry }: Pick<HttpServices, 'enrolment' | 'registry'>): EnrolmentView {
  const { mode, pairingUntil, boards, admitted } = enrolment.setting
  return {
    mode,
    pairingUntil: isoOrNull(pairingUntil),
    boards: boards ?? null,
    approved: admitted ?? null,
    waiting: registry.pending().size,
  }
}
