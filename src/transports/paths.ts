/** A path as routes are written. One pass from its end: `/\/+$/` would begin anew at each slash. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (end > 1 && path.charCodeAt(end - 1) === slash) end--
  return path.slice(0, end)
}

const slash = 0x2f
