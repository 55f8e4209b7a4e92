import './styles/mantine.ts'
import '@fontsource-variable/figtree/wght.css'
import '@fontsource-variable/vazirmatn/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import './styles/shell.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { preferredLanguage, startLanguage } from './i18n/index.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
// A library behind the modals puts a style tag of its own into the page and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

await startLanguage(preferredLanguage())
createRoot(document.getElementById('root')!).render(<App nonce={nonce} />)
