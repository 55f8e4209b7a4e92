/** A request whose end a careless parser finds in another place than a careful one. `text` is Latin-1. */
export interface Shape {
  name: string
  text: string
}

const upgrade = [
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]
/** The request that an attacker would smuggle. It also closes the connection. */
export const smuggled = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const chunked = `0\r\n\r\n${smuggled}`

const head = (lines: readonly string[], first: string): string => `${[first, ...lines].join('\r\n')}\r\n\r\n`

/** Header lines about the body, some of them disguised. */
const bodyLines: readonly string[] = [
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: +5',
  'Content-Length: -1',
  'Content-Length: 5, 5',
  'Content-Length: 5, 6',
  'Content-Length: 0x5',
  'Content-Length: 5 ',
  'Content-Length:\t5',
  'Content-Length : 5',
  'Content-Length\t: 5',
  ' Content-Length: 5',
  'Content-Length: 5\r\nContent-Length: 5',
  'Content-Length: 5\r\nContent-Length: 6',
  'Content-Length: 18446744073709551621',
  'Content-Length: 1e1',
  'Content-Length: \x0b5',
  'Content-Length:',
  'Content_Length: 5',
  'Content-Length\0: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, gzip',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding:\n chunked',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\r\n\tTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 5',
  'Content-Length: 5\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding:\xa0chunked',
  'TRANSFER-ENCODING: chunked',
  'Transfer-Encoding',
  'Expect: 100-continue\r\nContent-Length: 5',
  'Connection: Content-Length\r\nContent-Length: 5',
  'Connection: close, Transfer-Encoding\r\nTransfer-Encoding: chunked',
]

/** Request lines that are almost valid. */
const firstLines: readonly string[] = [
  'GET /ws/pico HTTP/1.0',
  'GET /ws/pico HTTP/1.2',
  'GET /ws/pico HTTP/2.0',
  'GET /ws/pico HTTP/1.1 ',
  'GET  /ws/pico HTTP/1.1',
  'GET /ws/pico  HTTP/1.1',
  'GET\t/ws/pico\tHTTP/1.1',
  ' GET /ws/pico HTTP/1.1',
  'GET /ws/pico http/1.1',
  'get /ws/pico HTTP/1.1',
  'GET /ws/pico',
  'GET /ws /pico HTTP/1.1',
  'GET /ws/pico HTTP/1.1\nX: y',
  'GET /ws/pico HTTP/1.1\rX: y',
  'GET /ws/p\0ico HTTP/1.1',
  'GET /ws/p\xffico HTTP/1.1',
  'GET http://x/ws/pico HTTP/1.1',
  'POST /ws/pico HTTP/1.1',
]

const plain = 'GET /ws/pico HTTP/1.1'

export const shapes: readonly Shape[] = [
  ...bodyLines.map(line => ({
    name: `a handshake with ${JSON.stringify(line)}`,
    text: head([...upgrade, line], plain) + chunked,
  })),
  ...bodyLines
    .filter(line => /^(?:Content-Length|Transfer-Encoding)/i.test(line))
    .slice(0, 24)
    .map(line => ({
      name: `a request with ${JSON.stringify(line)}`,
      text: head(['Host: x', line], 'POST /ws/pico HTTP/1.1') + chunked,
    })),
  ...firstLines.map(first => ({
    name: `a first line ${JSON.stringify(first)}`,
    text: head(upgrade, first) + smuggled,
  })),
  { name: 'line ends without a return', text: head(upgrade, plain).replaceAll('\r\n', '\n') + smuggled },
  { name: 'line ends without a newline', text: head(upgrade, plain).replaceAll('\r\n', '\r') + smuggled },
  { name: 'an empty line of a lone newline', text: `${head(upgrade, plain).slice(0, -2)}\n${smuggled}` },
  { name: 'an empty line with a space in it', text: `${head(upgrade, plain).slice(0, -2)} \r\n\r\n${smuggled}` },
  { name: 'empty lines before the first', text: `\r\n\r\n${head(upgrade, plain)}${smuggled}` },
  { name: 'two Hosts', text: head([...upgrade, 'Host: y'], plain) + smuggled },
  { name: 'two Upgrades', text: head([...upgrade, 'Upgrade: h2c'], plain) + smuggled },
  {
    name: 'an upgrade to something else',
    text: head(['Host: x', 'Upgrade: h2c', 'Connection: Upgrade'], plain) + smuggled,
  },
  { name: 'two Connections', text: head([...upgrade, 'Connection: close'], plain) + smuggled },
  {
    name: 'a Connection of three words',
    text: head(['Connection: close, Upgrade, x', ...upgrade.filter(line => !line.startsWith('C'))], plain) + smuggled,
  },
  { name: 'a Connection without the Upgrade', text: head(['Host: x', 'Connection: Upgrade'], plain) + smuggled },
  { name: 'a handshake with a second one behind it', text: head(upgrade, plain) + head(upgrade, plain) + smuggled },
  { name: 'a handshake with a request behind it', text: head(upgrade, plain) + smuggled },
  { name: 'a HEAD with a body', text: head(['Host: x', 'Content-Length: 5'], 'HEAD /ready HTTP/1.1') + chunked },
  {
    name: 'chunks whose length has a sign',
    text: `${head(['Host: x', 'Transfer-Encoding: chunked'], 'POST /ws HTTP/1.1')}+5\r\nhello\r\n${chunked}`,
  },
  {
    name: 'chunks with an extension over a line end',
    text: `${head(['Host: x', 'Transfer-Encoding: chunked'], 'POST /ws HTTP/1.1')}5;a\nb\r\nhello\r\n${chunked}`,
  },
  {
    name: 'a trailer that is a body length',
    text: `${head(['Host: x', 'Transfer-Encoding: chunked'], 'POST /ws HTTP/1.1')}0\r\nContent-Length: 50\r\n\r\n${smuggled}`,
  },
]
