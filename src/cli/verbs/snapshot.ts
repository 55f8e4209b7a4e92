import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { devicePath, lookAtDevice } from '../devices.ts'
import { Failed } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import { asksGateway, type Desk, examples } from '../verb.ts'

export function snapshotVerb(program: Command, around: Surroundings): void {
  const snapshot = program
    .command('snapshot')
    .description('save the last picture of a camera; the name of the file goes to standard output')
    .helpGroup('Devices:')
    .argument('<device>', 'id or name')
    .option('-o, --output <file>', 'where to; - for standard output; unless given, NAME-TIME.jpg in this folder')
  asksGateway(snapshot, around, takeSnapshot)
  examples(snapshot, 'npx darvaza snapshot roof-cam -o roof.jpg', [
    'npx darvaza snapshot roof-cam -o - | magick - -resize 320x small.png',
    'into another program',
  ])
}

async function takeSnapshot({ api, terminal, options }: Desk<{ output?: string }>, typed: string): Promise<void> {
  const { headers, body } = await lookAtDevice(api, terminal, typed, device =>
    api.bytes('GET', devicePath(device, '/snapshot.jpg')),
  )
  const receivedAt = receiveTime(headers)
  const about = { bytes: body.length, receivedAt: receivedAt?.toISOString() }
  if (options.output === '-') {
    terminal.write(body)
    return
  }
  const file = options.output ?? fileName(typed, receivedAt ?? new Date())
  await writeFile(file, body).catch(error => {
    throw new Failed(`${file}: the picture could not be written (${error.code}).`, {
      hint: 'Name another file with -o.',
    })
  })
  if (terminal.json) return terminal.printJson({ file, ...about })
  terminal.say(`${body.length} bytes${receivedAt ? `, received ${terminal.time(receivedAt.toISOString())}` : ''}`)
  terminal.print(file)
}

function receiveTime(headers: Record<string, string | string[] | undefined>): Date | undefined {
  for (const name of ['x-darvaza-received-at', 'x-received-at', 'last-modified']) {
    const at = new Date(String(headers[name]))
    if (!Number.isNaN(at.getTime())) return at
  }
  return undefined
}

const fileName = (device: string, at: Date): string =>
  `${device.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.jpg`
