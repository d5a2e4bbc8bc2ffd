import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  signingKeyFromJwk,
  signJwt,
} from '@countersign/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestBackendOptions } from '../src/index.js'
import { restBackend } from '../src/rest-backend.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

afterEach(closeForeign)
beforeEach(() => {
  incoming.headers = new Headers()
})

const SECRET = 'a secret of the backend with thirty-two bytes'
const NOW = 1_800_000_000
const CLAIMS = { sub: '15', iat: NOW, exp: NOW + 900, iss: 'theirs', aud: ['web', 'api'] }

/** A backend that gives this access token, and a page of an application that reads it. */
async function pageWith(accessToken: string, verify?: RestBackendOptions['verify']) {
  const setup = await setUpForeign({ rest: verify === undefined ? {} : { verify } })
  setup.backend.behaviour.reshape = (body) =>
    'access_token' in body ? { ...body, access_token: accessToken } : body
  await setup.browser.login()
  incoming.headers = setup.browser.request('/').headers
  return setup
}

const signed = (claims: object, secret = SECRET) => signJwt(claims, { key: hmacKey(secret) })
const HS256 = { algorithms: ['HS256'], secret: SECRET } as const

describe('without verify', () => {
  it('the visitor is who the sealed cookie says, whatever the token says', async () => {
    const { app } = await pageWith(signed({ ...CLAIMS, sub: '1', role: 'admin' }, 'x'.repeat(32)))

    const session = await app.getSession()

    expect(session?.user).toMatchObject({ id: '15', role: 'user' })
  })

  it('nobody is there once the token has ended, nor with a cookie that was changed', async () => {
    const { app, browser, clock } = await pageWith('opaque')
    incoming.headers = new Headers({ cookie: `__Host-countersign=${browser.cookie}A` })
    const changed = await app.getSession()
    clock.seconds += 901

    expect([changed, await app.getSession()]).toEqual([null, null])
  })
})

describe('verify with a shared secret', () => {
  it('takes role and address from the token that it checked', async () => {
    const token = signed({ ...CLAIMS, role: 'admin', email: 'new@example.com' })
    const { app } = await pageWith(token, { ...HS256, issuer: 'theirs', audience: 'api' })

    const session = await app.getSession()

    expect(session?.user).toMatchObject({ role: 'admin', email: 'new@example.com' })
    expect(await app.getAccessToken()).toBe(token)
  })

  it('finds the user under another claim, also as a number', async () => {
    const { sub, ...rest } = CLAIMS
    const token = signed({ ...rest, user_id: 15 })
    const { app } = await pageWith(token, { ...HS256, userIdClaim: 'user_id' })

    expect((await app.getSession())?.user.id).toBe('15')
  })

  it.each<[string, string, object?]>([
    ['another secret', signed(CLAIMS, 'y'.repeat(40))],
    ['another user', signed({ ...CLAIMS, sub: '16' })],
    ['nobody', signed({ ...CLAIMS, sub: '' })],
    ['the future', signed({ ...CLAIMS, nbf: NOW + 60 })],
    ['another issuer', signed(CLAIMS), { issuer: 'ours' }],
    ['another audience', signed(CLAIMS), { audience: 'apis' }],
    ['no JSON', 'opaque'],
    ['no signature', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
  ])('knows nobody by a token of %s', async (_kind, token, more = {}) => {
    const { app, warnings } = await pageWith(token, { ...HS256, ...more })

    expect(await app.getSession()).toBeNull()
    expect(await app.getAccessToken()).toBeNull()
    expect(warnings.join()).not.toContain(token)
  })

  it.each<[string, RestBackendOptions['verify']]>([
    ['no key', { algorithms: ['HS256'] }],
    ['two keys', { ...HS256, jwksUri: 'https://a.test' }],
    ['a weak secret', { algorithms: ['HS256'], secret: 'short' }],
    ['a secret for public keys', { algorithms: ['RS256'], secret: SECRET }],
    ['a secret beside public keys', { algorithms: ['HS256', 'RS256'], secret: SECRET }],
  ])('does not start with %s', async (_kind, verify) => {
    await expect(pageWith('opaque', verify)).rejects.toThrow(TypeError)
  })

  it.each<[string, unknown]>([
    ['an unknown option', { ...HS256, key: 'x' }],
    ['no algorithm', { algorithms: [], secret: SECRET }],
    ['an unknown algorithm', { algorithms: ['none'], secret: SECRET }],
  ])('refuses %s at once', (_kind, verify) => {
    const options = { url: 'http://a.test', verify } as RestBackendOptions

    expect(() => restBackend(options)).toThrow(TypeError)
  })
})

describe('verify with published keys', () => {
  async function published() {
    const [old, young] = [await generatePrivateJwk('ES256'), await generatePrivateJwk('ES256')]
    const state = { keys: [publicJwk(old)] as object[], isDown: false, asked: 0 }
    const intercept = (
      { path }: { path: string },
      response: import('node:http').ServerResponse,
    ) => {
      if (path !== '/keys') return false
      state.asked += 1
      if (state.isDown) response.destroy()
      else response.end(JSON.stringify({ keys: state.keys }))
      return true
    }
    const sign = (jwk: object) => signJwt(CLAIMS, { key: signingKeyFromJwk(jwk as never) })
    const start = async (token: string) => {
      const setup = await setUpForeign()
      const jwksUri = `${setup.backend.url}/keys`
      setup.backend.behaviour.intercept = intercept
      const other = await setUpForeign({
        ...{ beside: setup, rest: { verify: { algorithms: ['ES256'], jwksUri } } },
      })
      setup.backend.behaviour.reshape = (body) =>
        'access_token' in body ? { ...body, access_token: token } : body
      await other.browser.login()
      incoming.headers = other.browser.request('/').headers
      return other
    }
    return { old, young, state, sign, start }
  }

  it('verifies, and asks for the keys once', async () => {
    const { old, sign, start, state } = await published()
    const { app } = await start(sign(old))

    const both = [await app.getSession(), await app.getSession()]

    expect(both.map((session) => session?.user.id)).toEqual(['15', '15'])
    expect(state.asked).toBe(1)
  })

  it('understands keys that do not say their algorithm', async () => {
    const { old, sign, start, state } = await published()
    state.keys = state.keys.map((key) => ({ ...key, alg: undefined }))
    const { app } = await start(sign(old))

    expect((await app.getSession())?.user.id).toBe('15')
  })

  it('learns a key that is new, and keeps the last ones when they cannot be had', async () => {
    const { old, young, sign, start, state } = await published()
    const { app, backend, browser, clock } = await start(sign(old))
    await app.getSession()
    state.keys = [publicJwk(young)]
    backend.behaviour.reshape = (body) => ({ ...body, access_token: sign(young) })
    clock.seconds += 31
    await browser.login()
    incoming.headers = browser.request('/').headers

    const learnt = await app.getSession()
    state.isDown = true
    clock.seconds += 700
    const kept = await app.getSession()

    expect([learnt?.user.id, kept?.user.id]).toEqual(['15', '15'])
  })

  it('knows nobody while the keys were never there, or for a key of somebody else', async () => {
    const { old, young, sign, start, state } = await published()
    state.isDown = true
    const { app, warnings } = await start(sign(old))
    const without = await app.getSession()
    state.isDown = false
    const forged = await (await start(sign(young))).app.getSession()

    expect([without, forged]).toEqual([null, null])
    expect(warnings.join()).toContain('verify.jwksUri')
  })
})

describe("verify: 'me'", () => {
  it('believes the backend, and asks it at most twice a minute', async () => {
    const { app, backend, clock } = await loggedIn()
    backend.behaviour.reshape = (body) => ({ ...body, role: 'editor' })

    const roles = [(await app.getSession())?.user.role, (await app.getSession())?.user.role]
    const asked = backend.count('/me')
    clock.seconds += 31
    await app.getSession()

    expect(roles).toEqual(['editor', 'editor'])
    expect([asked, backend.count('/me')]).toEqual([1, 2])
  })

  it('knows nobody whose token the backend refuses, and refreshes it', async () => {
    const { app, browser, backend } = await loggedIn()
    backend.behaviour.intercept = ({ path }, response) => {
      if (path !== '/me') return false
      response.writeHead(401).end('{"detail": "revoked"}')
      return true
    }

    const session = await app.getSession()
    await browser.visit()

    expect(session).toBeNull()
    expect(backend.count('/refresh')).toBe(1)
  })

  it('ends a session without refresh whose token the backend refuses', async () => {
    const { app, browser, backend } = await loggedIn('none')
    backend.behaviour.intercept = ({ path }, response) => {
      if (path === '/me') response.writeHead(401).end('{"detail": "revoked"}')
      return path === '/me'
    }
    await app.getSession()

    const response = await browser.post('token')

    expect(await response.json()).toMatchObject({ code: 'session_ended', reason: 'revoked' })
    expect(browser.cookie).toBeUndefined()
  })

  it('keeps the last word while the backend is silent', async () => {
    const { app, silence, clock } = await loggedIn()
    await app.getSession()
    silence()
    clock.seconds += 60

    expect((await app.getSession())?.user.id).toBe('15')
  })

  it('knows nobody while the backend has said nothing', async () => {
    const { app, silence } = await loggedIn()
    silence()

    expect(await app.getSession()).toBeNull()
  })

  async function loggedIn(rotation: 'strict' | 'none' = 'strict') {
    const setup = await setUpForeign({ rest: { verify: 'me' } })
    setup.backend.behaviour.rotation = rotation
    await setup.browser.login()
    incoming.headers = setup.browser.request('/').headers
    const silence = () => {
      setup.backend.behaviour.intercept = (_call, response) => {
        response.destroy()
        return true
      }
    }
    return { ...setup, silence }
  }
})

describe('verify with a function', () => {
  it('believes it', async () => {
    const verify = async (token: string) => ({ userId: token === 'good' ? '15' : '0', role: 'x' })
    const { app } = await pageWith('good', verify)

    expect((await app.getSession())?.user.role).toBe('x')
  })

  it.each<[string, () => Promise<{ userId: string } | null>]>([
    ['says nobody', async () => null],
    ['says somebody else', async () => ({ userId: '16' })],
    ['throws', () => Promise.reject(new Error('boom'))],
  ])('knows nobody where it %s', async (_kind, verify) => {
    const { app } = await pageWith('good', verify)

    expect(await app.getSession()).toBeNull()
  })
})
