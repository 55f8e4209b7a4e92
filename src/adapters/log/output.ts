import { write, writeSync } from 'node:fs'

const writeAtBytes = 8_192
const writeEveryMs = 1_000
/** Lines that wait while nothing can be written. Further ones are lost, and counted. */
const mostWaitingBytes = 1024 * 1024
/** How many times `flushSync` waits for a full pipe. */
const lastTries = 5
const lastTryMs = 100

/**
 * Writes lines to a file descriptor without blocking the caller. While the disk is full, lines wait in bounded memory;
 * a closed pipe ends the output. Neither ends the process.
 */
export class BufferedOutput {
  readonly #fd: number
  #waiting: string[] = []
  #waitingBytes = 0
  /** The text that is being written, or could not be written. */
  #leaving: Buffer = Buffer.alloc(0)
  #writing = false
  #closed = false
  #timer: NodeJS.Timeout | undefined
  #lost = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  write(line: string): void {
    if (this.#closed) return
    if (this.#waitingBytes > mostWaitingBytes) {
      this.#lost++
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    if (this.#waitingBytes >= writeAtBytes && this.#leaving.length === 0) this.#write()
    else this.#writeLater()
  }

  /** Writes what is left, at the end of the process. */
  flushSync(): void {
    // The process must not wait for bytes on their way to a pipe that no program reads.
    if (this.#closed || this.#writing) return
    for (let tries = 0; tries < lastTries && this.#take(); ) {
      try {
        this.#leaving = this.#leaving.subarray(writeSync(this.#fd, this.#leaving))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
        tries++
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lastTryMs)
      }
    }
  }

  #writeLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#write()
    }, writeEveryMs).unref()
  }

  /** Takes the waiting lines as the text to write. Returns whether there is any. */
  #take(): boolean {
    if (this.#leaving.length === 0) {
      const lost = this.#lost === 0 ? '' : `{"level":40,"time":${Date.now()},"msg":"${this.#lost} lines were lost"}\n`
      this.#leaving = Buffer.from(this.#waiting.join('') + lost)
      this.#waiting = []
      this.#waitingBytes = 0
      this.#lost = 0
    }
    return this.#leaving.length > 0
  }

  #write(): void {
    if (this.#writing || this.#closed || !this.#take()) return
    this.#writing = true
    write(this.#fd, this.#leaving, (error, written) => {
      this.#writing = false
      if (error?.code === 'EPIPE') {
        this.#closed = true
        this.#waiting = []
      } else if (error) this.#writeLater()
      else {
        this.#leaving = this.#leaving.subarray(written)
        if (this.#leaving.length > 0 || this.#waitingBytes >= writeAtBytes) this.#write()
        else if (this.#waitingBytes > 0) this.#writeLater()
      }
    })
  }
}
