/*
 * Runs MicroPython on any machine: its WebAssembly build from npm behaves like the `micropython` program here.
 *
 *     node run.ts PROGRAM.py [ARGUMENT ...]
 *
 * The program can read the Python files in and below the parent of its folder, and files named in its arguments. Only
 * the latter are written back to the disk.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The parts of the package that are used here, as the package has no types. */
interface MicroPython {
  FS: { mkdirTree(path: string): void; writeFile(path: string, text: string): void }
  runPython(code: string): void
  registerJsModule(name: string, module: object): void
}

const [program = '', ...rest] = process.argv.slice(2)
const file = resolve(program)
const packaged = join(import.meta.dirname, '../../../node_modules/@micropython/micropython-webassembly-pyscript')
const { loadMicroPython } = await import(pathToFileURL(join(packaged, 'micropython.mjs')).href)
const python: MicroPython = await loadMicroPython({
  heapsize: 8 * 1024 * 1024,
  linebuffer: true,
  stdout: (line: string) => process.stdout.write(`${line}\n`),
  stderr: (line: string) => process.stderr.write(`${line}\n`),
})

const put = (path: string): void => {
  python.FS.mkdirTree(dirname(path))
  if (existsSync(path) && statSync(path).isFile()) python.FS.writeFile(path, readFileSync(path, 'utf8'))
}
const parent = dirname(dirname(file))
for (const source of globSync('**/*.py', { cwd: parent })) put(join(parent, source))
const named = rest.filter(argument => argument.startsWith('/'))
for (const path of named) put(path)

python.registerJsModule('host', {
  random: (count: number) => randomBytes(count).toString('hex'),
  sha1: (hex: string) => createHash('sha1').update(Buffer.from(hex, 'hex')).digest('hex'),
  keep(path: string, text: string) {
    if (named.includes(path)) writeFileSync(path, text)
  },
  exit: (code: number) => process.exit(code),
  dial(host: string, port: number, stir: (what: string, data: string) => void) {
    const socket = connect(port, host)
    socket.on('connect', () => stir('open', ''))
    socket.on('data', bytes => stir('data', bytes.toString('hex')))
    socket.on('end', () => stir('end', ''))
    socket.on('error', error => stir('error', error.message))
    return {
      write: (hex: string) => socket.write(Buffer.from(hex, 'hex'), () => stir('written', '')),
      waiting: () => socket.writableLength > 0,
      close: () => socket.destroy(),
    }
  },
})

/** Receives all uncaught errors, and `sys.exit()` from anywhere in the program. */
function end(error: unknown): void {
  const asked = /SystemExit:? ?(\d*)/.exec(String(error))
  if (!asked) process.stderr.write(`${error}\n`)
  process.exit(asked ? Number(asked[1] || 0) : 1)
}
process.on('uncaughtException', end)
process.on('unhandledRejection', end)

const quoted = (text: string): string => JSON.stringify(text)
python.runPython(readFileSync(join(import.meta.dirname, 'prelude.py'), 'utf8'))
python.runPython(`import sys\nsys.argv[:] = [${[file, ...rest].map(quoted).join(', ')}]\n__file__ = ${quoted(file)}`)
python.runPython(readFileSync(file, 'utf8'))
