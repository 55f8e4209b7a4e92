import { dirname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  plugins: [react()],
  // The gateway puts a fresh nonce here in every response: see the Content-Security-Policy it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: join(dirname(here), 'dist/dashboard'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // All that the first page needs comes at once: forty small files cost more than their bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: /dashboard\/src\/app\.tsx$/ }] } } },
  },
  worker: { format: 'es' },
})
