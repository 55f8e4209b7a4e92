import { mintedTokens } from '#protocol/api.ts'
import { addressKey } from '../../../core/address.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { answers, type Mount } from '../mount.ts'

/**
 * Issues new tokens to any caller. A token is only a claim: an owner decides whether its board is accepted. So any site
 * may read this in its visitors' browsers as well, which makes a board in a browser possible. Where the gateway is
 * reachable only from a home network, a page that a person in it visits could thus connect as a board too, and would
 * wait for approval like any other board. The mode `open` needs no approval: it is for labs.
 */
export function mountTokens(mount: Mount): void {
  mount(
    'GET /public/tokens',
    { summary: 'New tokens for new boards', responses: { 200: answers(mintedTokens, 'Tokens nobody else has.') } },
    c => {
      const { clock, enrolment, mint } = c.env.core
      const waitMs = c.env.http.mints.take(addressKey(c.env.address), clock.ticks())
      if (waitMs > 0) throw new DarvazaError('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) })
      if (enrolment.setting.mode === 'closed') throw new DarvazaError('enrolment_closed')
      const now = clock.now()
      return c.json(
        {
          status: 'success' as const,
          pico_tokens: [mint.mint('pico', now)],
          esp32cam_tokens: [mint.mint('esp32cam', now)],
          timestamp: new Date(now).toISOString(),
          message: "Use these tokens in the Authorization header as 'Bearer <token>'",
        },
        200,
      )
    },
  )
}
