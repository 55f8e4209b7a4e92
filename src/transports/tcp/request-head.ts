/** The beginning of an HTTP request, in the shape of Node's `IncomingMessage`. */
export interface RequestHead {
  method?: string | undefined
  url?: string | undefined
  /** Names and values alternating, as received. */
  rawHeaders: string[]
}

const requestLine = /GET (\/[\x21-\x7e]*) HTTP\/1\.1\r\n/y
const headerName = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/y
/** A header's value, with the white space around it. */
const headerValue = /[\t\x20-\x7e\x80-\xff]*\r\n/y

/**
 * Reads the head of a plain upgrade request, with the same result as Node's parser. Undefined for anything unusual,
 * which Node's parser then has to decide about: bodies, folded lines, lone line ends, two `Connection` lines.
 * `text`: one character for each byte; it holds the empty line that ends the head. `length`: in bytes, with that line.
 */
export function readRequestHead(text: string): (RequestHead & { length: number }) | undefined {
  requestLine.lastIndex = 0
  const url = requestLine.exec(text)?.[1]
  if (url === undefined) return undefined
  const rawHeaders: string[] = []
  let connections = 0
  let upgrades = 0
  let at = requestLine.lastIndex
  while (!text.startsWith('\r\n', at)) {
    headerName.lastIndex = at
    if (!headerName.test(text)) return undefined
    const valueAt = headerName.lastIndex
    headerValue.lastIndex = valueAt
    if (!headerValue.test(text)) return undefined
    const name = text.slice(at, valueAt - 1)
    const value = trimmed(text, valueAt, headerValue.lastIndex - 2)
    rawHeaders.push(name, value)
    at = headerValue.lastIndex
    switch (name.length <= 17 ? name.toLowerCase() : '') {
      case 'connection':
        if (++connections > 1 || !/^(?:keep-alive, *)?upgrade$/i.test(value)) return undefined
        break
      case 'upgrade':
        if (++upgrades > 1 || value.toLowerCase() !== 'websocket') return undefined
        break
      case 'content-length':
      case 'transfer-encoding':
      case 'proxy-connection':
        return undefined
    }
  }
  return connections && upgrades ? { method: 'GET', url, rawHeaders, length: at + 2 } : undefined
}

/** The text without outer spaces and tabs, as a copy: a slice would keep all of `text` in memory. */
function trimmed(text: string, from: number, to: number): string {
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (from < to && isBlank(text.charCodeAt(to - 1))) to--
  const value = text.slice(from, to)
  return value.length < slicedLength ? value : Buffer.from(value, 'latin1').toString('latin1')
}

/** V8 copies slices shorter than this anyway. */
const slicedLength = 13

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
