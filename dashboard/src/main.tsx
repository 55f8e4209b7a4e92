import { createRoot } from 'react-dom/client'
import { me, queryClient } from './api/queries.ts'
import { App } from './app.tsx'
import { preferredLanguage, startLanguage } from './i18n/i18n.ts'
import { live } from './live/live.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
// The scroll lock of Mantine's modals adds a style tag of its own and reads the nonce from this global.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// The account and the live data are requested while the texts are loaded and the page is drawn for the first time.
queryClient.fetchQuery(me).then(
  ({ person }) => person && live.start(),
  () => {}, // The page repeats the request and shows the failure.
)
await startLanguage(preferredLanguage())
createRoot(document.getElementById('root')!).render(<App nonce={nonce} />)
