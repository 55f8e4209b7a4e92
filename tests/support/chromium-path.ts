import { existsSync } from 'node:fs'

/** The browser of the tests: the Chromium that cannot open a window, which needs less CPU time, or else the usual one. */
export const chromiumPath: string | undefined = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(path =>
  existsSync(path),
)
