import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { contentSecurityPolicy, fillIn, settingsFrom } from './page.mjs'

const DIST = join(import.meta.dirname, 'dist')
const TYPES = /** @type {Readonly<Record<string, string>>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
})

/** @typedef {{ body: string, headers: Readonly<Record<string, string>> }} File */

const settings = settingsFrom(process.env)
const headers = {
  'Content-Security-Policy': contentSecurityPolicy(settings),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}
const files = readFiles()
const page = files.get('/index.html')
if (!page) throw new Error('dist/index.html is missing: run "npm run build" first')

/** The whole build in memory: no path of a request ever reaches the file system. */
function readFiles() {
  const names = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  const known = names.filter((name) => TYPES[extname(name)])
  return new Map(known.map((name) => [`/${name.replaceAll('\\', '/')}`, readBuilt(name)]))
}

/** @param {string} name @returns {File} */
function readBuilt(name) {
  const text = readFileSync(join(DIST, name), 'utf8')
  const isPage = name === 'index.html'
  // Vite writes a hash of the content into the names of all assets.
  const isNamedByContent = name.startsWith('assets')
  return {
    body: isPage ? fillIn(text, settings) : text,
    headers: {
      ...headers,
      'Content-Type': TYPES[extname(name)] ?? '',
      'Cache-Control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  }
}

/** Paths of the application have no dot; they all get the page. @param {string} path */
const fileAt = (path) => files.get(path) ?? (extname(path) ? undefined : page)

const server = createServer(({ method, url = '/' }, response) => {
  const isRead = method === 'GET' || method === 'HEAD'
  const file = isRead ? fileAt(url.replace(/[?#].*/s, '')) : undefined
  if (file) response.writeHead(200, file.headers).end(method === 'HEAD' ? undefined : file.body)
  else response.writeHead(isRead ? 404 : 405, { ...headers, Allow: 'GET, HEAD' }).end()
})

server.listen(Number(process.env.PORT || 3000), process.env.HOST || 'localhost')
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close()
    server.closeIdleConnections()
  })
}
