import { join } from 'node:path'
import type { WebProject } from './detect.js'
import type { ProjectFile } from './project-file.js'

const MATCHER = '/((?!_next/static|_next/image|favicon.ico|robots.txt|sitemap.xml).*)'

/** What a Next.js application needs: five files, of which each says one thing. */
export function nextFiles(web: WebProject, audience: string): readonly ProjectFile[] {
  const { source, typescript, nextMajor, authPathIsTaken } = web
  const extension = typescript ? 'ts' : 'js'
  const base = authPathIsTaken ? '/api/countersign' : '/api/auth'
  const file = (path: string, content: string): ProjectFile => ({
    path: join(web.folder, source, path),
    content,
  })
  const guard = nextMajor >= 16 ? 'proxy' : 'middleware'
  return [
    file(`lib/auth.${extension}`, authFile(authPathIsTaken)),
    file(`lib/auth-client.${extension}`, clientFile(authPathIsTaken)),
    file(`${guard}.${extension}`, guardFile(guard)),
    file(`app${base}/[...countersign]/route.${extension}`, routeFile()),
    { path: join(web.folder, '.env.example'), content: environment(audience), lines: true },
  ]
}

function authFile(pathIsTaken: boolean): string {
  const options = pathIsTaken
    ? `{ basePath: '/api/countersign', signInPath: '/sign-in' }`
    : `{ signInPath: '/sign-in' }`
  return `import { createCountersign } from '@countersign/next'

/** Countersign on the server of this application; its settings are in .env.example. */
export const {
  proxy,
  middleware,
  handlers,
  getSession,
  getAccessToken,
  apiFetch,
  protect,
  requireRole,
} = createCountersign(${options})
`
}

function clientFile(pathIsTaken: boolean): string {
  const tokenUrl = pathIsTaken ? `\n  tokenUrl: '/api/countersign/token',` : ''
  return `import { createClient } from '@countersign/client'

/** Holds the access token of this page, in memory, and sends it to these APIs alone. */
export const authClient = createClient({${tokenUrl}
  apis: [process.env.NEXT_PUBLIC_API_BASE_URL ?? 'http://localhost:8000'],
})
`
}

function guardFile(name: 'proxy' | 'middleware'): string {
  const runtime = name === 'middleware' ? `\n  runtime: 'nodejs',` : ''
  return `export { ${name} } from './lib/auth'

// Next.js reads this from the source text, so that it has to be written out.
export const config = {${runtime}
  matcher: '${MATCHER}',
}
`
}

/** From app/api/NAME/[...countersign]. */
function routeFile(): string {
  return `import { handlers } from '../../../../lib/auth'

export const { GET, POST, DELETE } = handlers
`
}

function environment(audience: string): string {
  return `# Countersign: the auth server, and whom its access tokens are for
COUNTERSIGN_URL=http://localhost:4400
COUNTERSIGN_AUDIENCE=${audience}
# This application, as in the address bar
COUNTERSIGN_WEB_ORIGIN=http://localhost:3000
# Seals the session cookie: npx countersign secret
COUNTERSIGN_COOKIE_SECRET=
# The API, as browsers reach it
NEXT_PUBLIC_API_BASE_URL=http://localhost:8000
`
}
