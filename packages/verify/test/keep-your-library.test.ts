import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type AccessTokenClaims, hmacKey, signAccessToken, signJwt } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIENCE, CLAIMS, type IssuerKey, issuerKey, OTHER_SECRET, SECRET } from './fixtures.js'
import { type JwksServer, jwksAnswer, startJwksServer } from './jwks-server.js'

/** The lines of docs/keep-your-library.md run as they stand, in a process of their own. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PAGE = readFileSync(`${ROOT}docs/keep-your-library.md`, 'utf8')
const run = promisify(execFile)

let server: JwksServer
let key: IssuerKey
let issuer: string

beforeAll(async () => {
  key = await issuerKey()
  server = await startJwksServer()
  server.answer(jwksAnswer([key.jwk], { 'content-type': 'application/json' }))
  issuer = server.uri.replace(/\/jwks$/, '')
})
afterAll(() => server.close())

/** The outcome of the line for each token: its `sub`, or `refused`. */
async function verifyWith(name: string, tokens: readonly string[]): Promise<string[]> {
  const line = new RegExp(`\`\`\`js ${name}\\n([^]*?)\`\`\``).exec(PAGE)?.[1] ?? ''
  const imports = line.match(/^import .*$/gm) ?? []
  const program = `${imports.join('\n')}
    const { issuer, audience, secret, tokens } = JSON.parse(process.env.GIVEN)
    const outcomes = []
    for (const token of tokens) {
      try { ${line.replace(/^import .*$/gm, '')}; outcomes.push(claims.sub) } catch { outcomes.push('refused') }
    }
    console.log(JSON.stringify(outcomes))`
  const given = { issuer, audience: AUDIENCE, secret: SECRET, tokens }
  const env = { ...process.env, GIVEN: JSON.stringify(given) }
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, env })
  return JSON.parse(stdout)
}

function claims(changes: Partial<AccessTokenClaims> = {}): AccessTokenClaims {
  const iat = Math.floor(Date.now() / 1000)
  return { ...CLAIMS, iss: issuer, iat, exp: iat + 900, ...changes }
}

const shared = (changes = {}, secret = SECRET) => signAccessToken(claims(changes), hmacKey(secret))

describe('docs/keep-your-library.md', () => {
  it.each(['jose-hs256', 'jsonwebtoken-hs256'])('%s verifies a real token', async (name) => {
    const past = Math.floor(Date.now() / 1000) - 2_000
    const outcomes = await verifyWith(name, [
      shared(),
      shared({}, OTHER_SECRET),
      shared({ aud: 'other-api' }),
      shared({ iss: 'https://other.example' }),
      shared({ iat: past, exp: past + 900 }),
      signJwt(claims(), { key: hmacKey(SECRET), type: 'logout+jwt' }),
    ])

    expect(outcomes).toEqual(['user-1', ...Array(5).fill('refused')])
  })

  it('jose-eddsa verifies a real token by the published keys', async () => {
    const stranger = await issuerKey()
    const outcomes = await verifyWith('jose-eddsa', [
      key.token(claims()),
      stranger.token(claims()),
      key.token(claims({ aud: 'other-api' })),
      shared(),
    ])

    expect(outcomes).toEqual(['user-1', 'refused', 'refused', 'refused'])
  })

  it('is right that they do not look at what a subject is', async () => {
    const odd = signJwt({ ...claims(), sub: '' }, { key: hmacKey(SECRET), type: 'at+jwt' })

    expect(await verifyWith('jose-hs256', [odd])).toEqual([''])
    expect(await verifyWith('jsonwebtoken-hs256', [odd])).toEqual([''])
  })
})
