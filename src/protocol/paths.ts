/** The path without the slashes at its end. The loop is one pass; the regex `/\/+$/` would try again at each slash. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (end > 0 && path.charCodeAt(end - 1) === slash) end--
  return path.slice(0, end)
}

const slash = 0x2f
