import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outgoingFetch } from '../src/outgoing/outgoing-fetch.js'
import type { Provider } from '../src/social/provider.js'
import { createProviders } from '../src/social/provider-options.js'
import { githubProvider } from '../src/social/providers/github.js'

const SETTINGS = { id: 'github', name: 'GitHub', clientId: 'c', clientSecret: 's' }
const END = {
  redirectUri: 'https://auth.example.com/api/auth/callback/github',
  state: 'state',
  nonce: 'nonce',
  codeVerifier: 'v'.repeat(43),
}
const GRACE = { id: 7, login: 'grace', name: null, avatar_url: 'https://example.com/7.png' }
const ADDRESSES = [
  { email: 'old@example.com', primary: false, verified: true },
  { email: 'grace@example.com', primary: true, verified: true },
]

const answers: Record<string, [status: number, body: unknown]> = {}
const forms: URLSearchParams[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (request.method === 'POST') forms.push(new URLSearchParams(Buffer.concat(chunks).toString()))
  const [status, body] = answers[request.url ?? ''] ?? [404, {}]
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
})

let github: Provider
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  github = githubProvider({ ...SETTINGS, url }, outgoingFetch('any'))
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  answers['/login/oauth/access_token'] = [200, { access_token: 't', token_type: 'bearer' }]
  answers['/api/v3/user'] = [200, GRACE]
  answers['/api/v3/user/emails'] = [200, ADDRESSES]
})

const identify = (query = 'code=c&state=state') => github.identify(new URLSearchParams(query), END)

describe('GitHub', () => {
  it('is asked at github.com unless it is somewhere else', async () => {
    const all = createProviders([{ id: 'github', clientId: 'c', clientSecret: 's' }], 'public')

    const url = await all.get('github')?.authorizationUrl({ ...END, codeChallenge: 'x' })

    expect(url?.href).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?client_id=c&/)
    expect(url?.searchParams.get('scope')).toBe('read:user user:email')
  })

  it('tells a person by the lasting number, and the primary address', async () => {
    expect(await identify()).toEqual({
      provider: 'github',
      accountId: '7',
      email: 'grace@example.com',
      emailVerified: true,
      name: 'grace',
      image: GRACE.avatar_url,
    })
    expect(forms.at(-1)?.get('code_verifier')).toBe(END.codeVerifier)
  })

  it('does not lend the verification of one address to another', async () => {
    answers['/api/v3/user/emails'] = [
      200,
      [
        { email: 'own@example.com', primary: false, verified: true },
        { email: 'ada@example.com', primary: true, verified: false },
      ],
    ]

    expect(await identify()).toMatchObject({ email: 'ada@example.com', emailVerified: false })
  })

  it.each([
    ['no primary address', '/api/v3/user/emails', 200, [], 'email_missing'],
    ['a list that is none', '/api/v3/user/emails', 200, {}, 'sign_in_failed'],
    ['addresses that it does not tell', '/api/v3/user/emails', 403, {}, 'sign_in_failed'],
    ['a person without a number', '/api/v3/user', 200, { login: 'x' }, 'sign_in_failed'],
    [
      'an error with status 200',
      '/login/oauth/access_token',
      200,
      { error: 'x' },
      'sign_in_failed',
    ],
    ['a failure', '/api/v3/user', 502, {}, 'temporarily_unavailable'],
  ])('signs nobody in with %s', async (_, path, status, body, reason) => {
    answers[path] = [status, body]

    await expect(identify()).rejects.toMatchObject({ reason })
  })

  it.each([
    ['another state', 'code=c&state=another'],
    ['no code', 'state=state'],
    ['two codes', 'code=c&code=d&state=state'],
    ['an ID token out of nowhere', 'code=c&state=state&id_token=x'],
  ])('signs nobody in who comes back with %s', async (_, query) => {
    await expect(identify(query)).rejects.toMatchObject({ reason: 'sign_in_failed' })
  })
})
