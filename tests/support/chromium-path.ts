import { existsSync } from 'node:fs'

/** The browser of the tests: Chromium without a window of its own, which needs less CPU time, or else with one. */
export const chromiumPath: string | undefined = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(path =>
  existsSync(path),
)
