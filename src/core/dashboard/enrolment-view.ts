import type { EnrolmentView } from '#protocol/api.ts'
import type { Enrolment } from '../enrolment/enrolment.ts'
import { isoOrNull } from '../iso-time.ts'

/** The enrolment mode of new boards, as the API shows it. */
export function enrolmentView(parts: {
  enrolment: Enrolment
  registry: { pending(): { readonly size: number } }
}): EnrolmentView {
  const { mode, pairingUntil, boards, admitted } = parts.enrolment.setting
  return {
    mode,
    pairingUntil: isoOrNull(pairingUntil),
    boards: boards ?? null,
    approved: admitted ?? null,
    waiting: parts.registry.pending().size,
  }
}
