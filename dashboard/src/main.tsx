import { createRoot } from 'react-dom/client'
import { me, queryClient } from './api/queries.ts'
import { App } from './app.tsx'
import { preferredLanguage, startLanguage } from './i18n/i18n.ts'
import { live } from './live/live.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
// A library behind the modals puts a style tag of its own into the page and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// Who is it, and what do their boards do? On the way while the words come, and the first drawing is made.
queryClient.fetchQuery(me).then(
  ({ person }) => person && live.start(),
  () => {}, // The door asks again, and says what is wrong.
)
await startLanguage(preferredLanguage())
createRoot(document.getElementById('root')!).render(<App nonce={nonce} />)
