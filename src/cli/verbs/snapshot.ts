import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { receivedAtHeader } from '#protocol/headers.ts'
import type { Api, Reply } from '../api.ts'
import { devicePath, lookAtDevice } from '../devices.ts'
import { Failed } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import { asksGateway, examples, type VerbContext } from '../verb.ts'

export function snapshotVerb(program: Command, around: Surroundings): void {
  const snapshot = program
    .command('snapshot')
    .summary('save the last picture of a camera')
    .description(
      'save the last picture of a camera, or the small preview of one that waits for approval; the name of the file goes to standard output',
    )
    .helpGroup('Devices:')
    .argument('<device>', 'id or name')
    .option('-o, --output <file>', 'where to; - for standard output; unless given, NAME-TIME.jpg in this folder')
  asksGateway(snapshot, around, takeSnapshot)
  examples(snapshot, 'npx darvaza snapshot roof-cam -o roof.jpg', [
    'npx darvaza snapshot roof-cam -o - | magick - -resize 320x small.png',
    'into another program',
  ])
}

async function takeSnapshot(
  { api, terminal, options }: VerbContext<{ output?: string }>,
  typed: string,
): Promise<void> {
  const { headers, body } = await lookAtDevice(api, terminal, typed, device => picture(api, device))
  if (options.output === '-') return terminal.write(body)
  const receivedAt = new Date(String(headers[receivedAtHeader.toLowerCase()]))
  const at = Number.isNaN(receivedAt.getTime()) ? new Date() : receivedAt
  const file = options.output ?? fileName(typed, at)
  await writeFile(file, body).catch(error => {
    throw new Failed(`${file}: the picture could not be written (${error.code}).`, {
      hint: 'Name another file with -o.',
    })
  })
  if (terminal.json) return terminal.printJson({ file, bytes: body.length, receivedAt: at.toISOString() })
  terminal.say(`${body.length} bytes, received ${terminal.time(at.toISOString())}`)
  terminal.print(file)
}

/** A pending camera has only a preview, which helps people to decide whether to approve it. */
async function picture(api: Api, device: string): Promise<Reply> {
  try {
    return await api.bytes('GET', devicePath(device, '/snapshot.jpg'))
  } catch (error) {
    if (!(error instanceof Failed && error.code === 'device_pending')) throw error
    return await api.bytes('GET', devicePath(device, '/preview.jpg'))
  }
}

const fileName = (device: string, at: Date): string =>
  `${device.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.jpg`
