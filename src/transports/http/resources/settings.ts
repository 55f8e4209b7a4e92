import type { Context } from 'hono'
import { about, settings } from '#protocol/settings.ts'
import { signatureOf } from '../../../core/access/access.ts'
import type { RetentionSetting } from '../../../core/settings/retention-setting.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { answers, body, type Mount } from '../mount.ts'
import type { HttpEnv } from '../request-context.ts'

const tags = ['house']
const dayMs = 86_400_000
const megabyte = 1024 * 1024

/** Settings of the gateway as a whole: how much it keeps, the packages it is made of, and a backup of it. */
export function mountSettings(mount: Mount): void {
  const responses = { 200: answers(settings, 'The settings as they are now.') }

  mount('GET /api/settings', { tags, summary: 'How much journal is kept', responses }, c =>
    c.json(settingsView(c.env.core.retention), 200),
  )

  mount(
    'PUT /api/settings',
    { tags, summary: 'Change how much journal is kept', request: body(settings), responses },
    async c => {
      const { journalMaxAgeDays, journalMaxMb } = c.req.valid('json')
      const kept = { journalMaxAgeMs: journalMaxAgeDays * dayMs, journalMaxBytes: journalMaxMb * megabyte }
      await c.env.core.retention.set(c.var.principal, kept)
      return c.json(settingsView(c.env.core.retention), 200)
    },
  )

  mount(
    'GET /api/about',
    { tags, summary: 'Version, and what it is built on', responses: { 200: answers(about, 'This gateway.') } },
    async c => {
      const { core, host, http } = c.env
      const uptimeS = Math.floor((core.clock.ticks() - http.startedTicks) / 1000)
      const licences = await host.licences()
      return c.json({ version: host.version, node: process.version, uptimeS, licences }, 200)
    },
  )

  mount(
    'GET /api/backup',
    {
      tags,
      summary: 'A consistent copy of the data folder, key included: keep it safe',
      description: 'A tar archive. Unpacked into an empty folder it is the same house.',
      responses: { 200: { description: 'application/x-tar' } },
    },
    backup,
  )
}

async function backup(c: Context<HttpEnv>): Promise<Response> {
  const headers = {
    'Content-Type': 'application/x-tar',
    'Content-Disposition': `attachment; filename="darvaza-${new Date(c.env.core.clock.now()).toISOString().slice(0, 10)}.tar"`,
  }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const { journal, registry } = c.env.core
  const by = c.var.principal
  journal.note({ kind: 'act', data: { act: 'backup', ...signatureOf(by) } })
  await Promise.all([journal.committed(), registry.committed()]).catch(cause => {
    throw new DarvazaError('store_unavailable', { cause })
  })
  return c.body(await c.env.host.makeBackup(), 200, headers)
}

const settingsView = (retention: RetentionSetting) => ({
  journalMaxAgeDays: Math.round(retention.journalMaxAgeMs / dayMs),
  journalMaxMb: Math.round(retention.journalMaxBytes / megabyte),
})
