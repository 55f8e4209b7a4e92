export interface HttpAnswer {
  /** The status line as it was sent, without the line break. */
  statusLine: string
  status: number
  /** The header lines as they were sent. */
  lines: string[]
  /** The value of a header, or undefined. */
  header(name: string): string | undefined
  body: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any
  /** Head and body together, in bytes. */
  size: number
  /** The time when the last byte arrived, on the monotonic clock. */
  at: number
}

/** The answer at the start of `bytes`, or undefined until it is complete. `Content-Length` gives the body's length. */
export function readHttpAnswer(bytes: Buffer, at: number): HttpAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const header = (name: string) =>
    lines
      .find(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim()
  const size = headEnd + 4 + Number(header('content-length') ?? 0)
  if (bytes.length < size) return undefined
  const body = bytes.subarray(headEnd + 4, size).toString()
  return {
    statusLine,
    status: Number(statusLine.split(' ')[1]),
    lines,
    header,
    body,
    json: () => JSON.parse(body),
    size,
    at,
  }
}
