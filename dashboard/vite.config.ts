import { dirname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  plugins: [react()],
  // In every response the gateway replaces this text by the fresh nonce of its Content-Security-Policy.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: join(dirname(here), 'dist/dashboard'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One file holds all that the first page needs: forty small files take longer to load than one with the same bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: /dashboard\/src\/app\.tsx$/ }] } } },
  },
  worker: { format: 'es' },
})
