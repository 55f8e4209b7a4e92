/** The path without the slashes at its end. One pass from there: `/\/+$/` begins anew at each slash on the way. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (end > 0 && path.charCodeAt(end - 1) === slash) end--
  return path.slice(0, end)
}

const slash = 0x2f
