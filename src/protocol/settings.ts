import { z } from 'zod'
import { telemetryRanges } from './vocabulary.ts'

/* The schemas of the values that the settings pages read and change, and of the data that the charts draw. */

export const settings = z.object({
  journalMaxAgeDays: z.int().min(1).max(36_500).describe('Older entries are removed.'),
  journalMaxMb: z.int().min(1).max(1_000_000).describe('Beyond this the oldest are removed.'),
})
export type SettingsView = z.infer<typeof settings>

export const about = z.object({
  version: z.string(),
  node: z.string().describe('Version of Node it runs on.'),
  uptimeS: z.int(),
  licences: z.array(z.object({ name: z.string(), version: z.string(), licence: z.string() })),
})
export type AboutView = z.infer<typeof about>

export const telemetryQuery = z.object({ range: z.enum(telemetryRanges).default('15m') })
export const telemetry = z
  .object({
    series: z
      .record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])))
      .describe(
        'By name, `fps`, `latency` (ms), `memoryFree` (bytes), `signal` (dBm) and `sensor.field`: t, average, least, greatest.',
      ),
    stepMs: z.int().describe('Length of the time each point stands for; t, epoch ms, is its beginning.'),
  })
  .meta({ id: 'Telemetry' })
export type TelemetryView = z.infer<typeof telemetry>

export const simulated = z.object({
  running: z.boolean(),
  devices: z.int().describe('Devices with the tag `simulated` that were made for it.'),
})
export type SimulatedView = z.infer<typeof simulated>
