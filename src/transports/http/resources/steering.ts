import { actionOrder, type Steered, servoOrder, steered } from '#protocol/api.ts'
import type { CommandOutcome } from '../../../core/sessions/command-queue.ts'
import { answers, body, type Mount } from '../mount.ts'

const tags = ['steering']
const responses = { 200: answers(steered, 'The board acknowledged it.') }

export function mountSteering(mount: Mount): void {
  mount(
    'POST /api/devices/{id}/servo',
    {
      tags,
      summary: 'Move the servos, and wait for the board’s acknowledgement',
      description: 'A newer order replaces one that waits, which then answers 409 superseded.',
      request: body(servoOrder),
      responses,
    },
    async c => {
      const outcome = await c.env.core.steering.servo(c.var.principal, c.var.device, c.req.valid('json'))
      return c.json(steeredBy(outcome), 200)
    },
  )

  mount(
    'POST /api/devices/{id}/action',
    {
      tags,
      summary: 'Have it do something its firmware knows',
      description: 'Boards read an emergency stop only after their current move has ended.',
      request: body(actionOrder),
      responses,
    },
    async c => {
      const { ttlMs, ...command } = c.req.valid('json')
      const outcome = await c.env.core.steering.action(c.var.principal, c.var.device, command, ttlMs)
      return c.json(steeredBy(outcome), 200)
    },
  )
}

/** The schema does not state that `ack` is null for a camera, which acknowledges nothing. */
const steeredBy = (outcome: CommandOutcome): Steered => ({ status: 'ok', ...outcome }) as Steered
