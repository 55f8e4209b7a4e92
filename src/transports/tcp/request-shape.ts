import { libraryOf } from '../../core/diagnosis/library.ts'
import type { FaultShape } from '../../core/faults/faults.ts'
import { routeNames, socketNames } from '../access-table.ts'
import { firstHeaders } from './handshake-headers.ts'

/** Every fixed word of the access table's paths. */
const ourWords = new Set(
  [...routeNames.map(name => name.slice(name.indexOf('/'))), ...socketNames].flatMap(path => path.split('/')),
)
const pathParts = 6
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The facts of a request that may be written down: they contain none of the client's words, so no secret either. */
export function shapeOf(request: {
  method?: string | undefined
  url?: string | undefined
  rawHeaders: readonly string[]
}): FaultShape {
  const { method = '', url = '', rawHeaders } = request
  return {
    method: methods.includes(method) ? method : 'other',
    path: pathShape(url),
    headers: rawHeaders.length / 2,
    headerBytes: rawHeaders.reduce((sum, part) => sum + part.length, 0),
    library: libraryOf(firstHeaders(rawHeaders)).id,
  }
}

function pathShape(url: string): string {
  const path = url.slice(0, 256).split('?', 1)[0]!
  const parts = path.split('/').slice(0, pathParts)
  return parts.map(part => (ourWords.has(part) ? part : '…')).join('/')
}
