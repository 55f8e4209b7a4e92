/** The name of each error boundary in a journal row's sentence, which is stored in English. */
export const boundaryTexts = {
  accept: 'accepting a connection',
  opening: 'the first bytes of a connection',
  garbage: 'answering bytes that are no request',
  handshake: 'a WebSocket handshake',
  refusal: 'the answer to a refused handshake',
  request: 'an HTTP request',
  board: 'a board’s connection',
  'keep-alive': 'the keep-alive of one board',
  closing: 'the end of a connection',
  scheduling: 'the order in which sockets are read',
  probe: 'a connection test',
  viewer: 'a viewer of a camera',
  page: 'an open page',
  feed: 'the changes that pages are told of',
  recorder: 'the flight recorder of a board',
  follower: 'a follower of the journal',
  bus: 'a listener of the message bus',
  timer: 'a timer',
  shutdown: 'shutting down',
} as const satisfies Record<string, string>

export type BoundaryName = keyof typeof boundaryTexts
