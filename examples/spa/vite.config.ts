import { defineConfig, type Plugin } from 'vite'
import { fillIn, settingsFrom } from './page.mjs'

/** While developing Vite serves the page, so it fills in the addresses as `server.mjs` does. */
const addresses: Plugin = {
  name: 'addresses',
  apply: 'serve',
  transformIndexHtml: (html) => fillIn(html, settingsFrom(process.env)),
}

export default defineConfig({
  plugins: [addresses],
  server: { host: 'localhost', port: 5173, strictPort: true },
  build: {
    // Every browser that has HttpOnly cookies with a __Host- name and Web Locks loads modules itself.
    modulePreload: { polyfill: false },
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    // 'use client' is for servers that render; here everything is the client.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
})
