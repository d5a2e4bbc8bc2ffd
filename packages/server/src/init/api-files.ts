import { join } from 'node:path'
import type { ApiProject, Framework } from './detect.js'
import type { ProjectFile } from './project-file.js'

/** What an API needs: one file, and two lines of settings. */
export function apiFiles(api: ApiProject, audience: string): readonly ProjectFile[] {
  const { folder, framework, source, typescript } = api
  const settings = {
    path: join(folder, '.env.example'),
    content: environment(audience),
    lines: true,
  }
  if (framework === 'fastapi') {
    const place = join(folder, source, 'auth')
    return [
      { path: join(place, '__init__.py'), content: '' },
      { path: join(place, 'dependencies.py'), content: fastapiFile() },
      settings,
    ]
  }
  const path = join(folder, source, `auth.${typescript ? 'ts' : 'js'}`)
  return [{ path, content: nodeFile(framework, typescript) }, settings]
}

/** How the file is used, for the person who goes on from here. */
export const USE: Record<Framework, string> = {
  hono: "app.use('/api/*', signedIn), then c.get('identity') in each route",
  express: "app.use('/api', signedIn), then identityOf(req) in each route",
  fastify: 'app.register(signedIn) in the scope of your routes, then identityOf(request)',
  fastapi: 'protect(app) where you make it, then user: CurrentUser in each route',
}

function nodeFile(framework: Exclude<Framework, 'fastapi'>, typescript: boolean): string {
  const text = typescript ? ': string' : ''
  const variables = typescript ? 'type CountersignVariables, ' : ''
  const more = framework === 'hono' ? variables : 'identityOf, '
  // Not one text: a line that begins with "import" is one of ours, says the test of the arrows.
  const [imports, exports] = [
    `import { countersign } from '@countersign/verify/${framework}'`,
    `export { ${more}requireRole } from '@countersign/verify/${framework}'`,
  ]
  return `import { createVerifier } from '@countersign/verify'
${imports}

function required(name${text})${text} {
  const value = process.env[name]
  if (!value) throw new Error(\`\${name} is not set\`)
  return value
}

const issuer = \`\${required('COUNTERSIGN_URL')}/api/auth\`

/** Verifies access tokens by the published keys; no request asks the auth server. */
export const verifier = createVerifier({
  issuer,
  audience: required('COUNTERSIGN_AUDIENCE'),
  algorithms: ['EdDSA'],
  jwksUri: \`\${issuer}/jwks\`,
})

/** ${USE[framework]}. */
export const signedIn = countersign(verifier)

${exports}
`
}

function fastapiFile(): string {
  return `"""Who is asking: \`protect(app)\` once, then \`user: CurrentUser\` in every route that needs one."""

import os

from countersign import Verifier
from countersign.fastapi import CurrentUser, OptionalUser, install, require_role
from fastapi import FastAPI

__all__ = ["CurrentUser", "OptionalUser", "protect", "require_role"]


def protect(app: FastAPI) -> None:
    """Verify access tokens by the published keys; no request asks the auth server."""
    issuer = os.environ["COUNTERSIGN_URL"].rstrip("/") + "/api/auth"
    verifier = Verifier(
        issuer=issuer,
        audience=os.environ["COUNTERSIGN_AUDIENCE"],
        algorithms=["EdDSA"],
        jwks_url=f"{issuer}/jwks",
    )
    install(app, verifier)
`
}

function environment(audience: string): string {
  return `# Countersign: the auth server, and whom its access tokens are for
COUNTERSIGN_URL=http://localhost:4400
COUNTERSIGN_AUDIENCE=${audience}
`
}
