import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TokenVerifier } from '../src/authenticate.js'
import {
  CREDENTIALS_OF_ANOTHER_KIND,
  SEVERAL_CREDENTIALS,
  UNUSABLE_TOKENS,
} from './authorization-forms.js'
import { hs256Token } from './fixtures.js'
import { type RawAnswer, type RawRequest, sendRaw } from './raw-http.js'
import { scriptedVerifier, TOKEN_BEFORE_KEYS, TOKEN_OF_A_BUG } from './scripted-verifier.js'

/**
 * A server with these routes, each of which answers `{ "id": user id or null }`:
 *
 * - `/api/me` behind `countersign(verifier)`, `/api/form` with a parsed form body
 * - `/api/maybe` behind `{ optional: true }`, `/api/closed` behind `{ whenStale: 'closed' }`
 * - `/api/admin` behind `requireRole('admin', 'owner')`, `/api/fresh` behind `requireFresh()`
 * - `/api/maybe-admin`, `/api/maybe-fresh`: the same behind optional authentication
 * - `/bare/admin`, `/bare/fresh`: the same behind nothing
 *
 * Every answer has the header `X-Before: yes`, where the framework has layers. An error that
 * arrives at the framework is answered with 500 and `{ "handled": message }`.
 */
export type StartServer = (verifier: TokenVerifier) => Promise<RunningServer>

export interface RunningServer {
  readonly port: number
  close(): Promise<unknown>
}

export interface AdapterTraits {
  readonly start: StartServer
  /** Whether something parses bodies in front of, or between, the adapter and the routes. */
  readonly parsesForms: boolean
  /** Whether what ran before may have set headers. */
  readonly hasLayers: boolean
}

const MISSING = { status: 401, code: 'missing_token', challenge: 'Bearer' }
const INVALID = { status: 401, code: 'invalid_token', challenge: 'Bearer error="invalid_token"' }
const MALFORMED = {
  status: 400,
  code: 'invalid_request',
  challenge: 'Bearer error="invalid_request"',
}
const WRONG_ROLE = {
  status: 403,
  code: 'insufficient_role',
  challenge: 'Bearer error="insufficient_scope"',
}
const UNAVAILABLE = { status: 503, code: 'service_unavailable', challenge: undefined }

const bearer = (token: string) => `Authorization: Bearer ${token}`

/** A promise that a framework cannot be held to: it has no such thing. */
const absent = (_name: string, _test: () => Promise<void>): void => {}

function outcome({ status, headers, body }: RawAnswer) {
  const { code } = JSON.parse(body) as { code?: string }
  return { status, code, challenge: headers.get('www-authenticate') }
}

/** Holds an adapter to what all adapters promise, over real HTTP. */
export function describeAdapter(name: string, { start, ...traits }: AdapterTraits): void {
  describe.each([
    [`${name}, asking a verifier that answers at once`, true],
    [`${name}, asking one that does not`, false],
  ])('%s', (_, answersAtOnce) => {
    const verifier = scriptedVerifier({ answersAtOnce })
    let server: RunningServer
    beforeAll(async () => {
      server = await start(verifier)
    })
    afterAll(() => server.close())
    beforeEach(() => {
      Object.assign(verifier, { isStale: false, introspection: 'down' })
      verifier.policies.length = 0
    })
    const send = (request: RawRequest) => sendRaw(server.port, request)
    const get = (path: string, ...headers: string[]) => send({ path, headers })

    it.each(['Bearer', 'bearer', 'BEARER'])('passes a good token of scheme %s', async (scheme) => {
      const answer = await get('/api/me?page=2&q=%20', `authorization: ${scheme} ${hs256Token()}`)

      expect(answer).toMatchObject({ status: 200, body: '{"id":"user-1"}' })
    })

    it('asks for credentials without a code where there are none', async () => {
      const answer = await get('/api/me')

      expect(outcome(answer)).toEqual(MISSING)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    })

    it('answers HEAD with the same head and no body', async () => {
      const answer = await send({ method: 'HEAD', path: '/api/me' })

      expect(answer).toMatchObject({ status: 401, body: '' })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    })

    it.each(CREDENTIALS_OF_ANOTHER_KIND)('counts %s as no credentials', async (_, ...lines) => {
      expect(outcome(await get('/api/me', ...lines))).toEqual(MISSING)
    })

    it.each(UNUSABLE_TOKENS)('refuses %s', async (_, ...lines) => {
      expect(outcome(await get('/api/me', ...lines))).toEqual(INVALID)
    })

    it.each(SEVERAL_CREDENTIALS)('refuses %s as malformed', async (_, ...lines) => {
      expect(outcome(await get('/api/me', ...lines))).toEqual(MALFORMED)
    })

    it.each([
      ['a NUL byte', 'Authorization: Bearer \0'],
      ['a bare carriage return', 'Authorization: Bearer a\rb'],
      ['a name with a space', `Authorization : Bearer ${hs256Token()}`],
      ['a folded line', `Authorization: Bearer\r\n ${hs256Token()}`],
      ['a value without end', `Authorization: Bearer ${'a'.repeat(40_000)}`],
    ])('neither passes nor breaks at %s', async (_, line) => {
      const { status } = await get('/api/me', line)

      expect([400, 401, 431]).toContain(status)
    })

    it.each([
      ['alone', '/api/me?access_token=x'],
      ['without a value', '/api/me?access_token'],
      ['with an encoded name', '/api/me?page=2&access%5Ftoken=x'],
      ['where authentication is optional', '/api/maybe?access_token=x'],
    ])('refuses a token in the query, %s', async (_, path) => {
      expect(outcome(await get(path))).toEqual(MALFORMED)
      expect(outcome(await get(path, bearer(hs256Token())))).toEqual(MALFORMED)
    })

    const whereFormsAreParsed = traits.parsesForms ? it : absent
    whereFormsAreParsed('refuses a second token in a form body', async () => {
      const type = 'Content-Type: application/x-www-form-urlencoded'
      const form = { method: 'POST', path: '/api/form' }
      const headers = [type, bearer(hs256Token())]
      const [second, other] = [
        await send({ ...form, headers, body: 'access_token=x' }),
        await send({ ...form, headers, body: 'title=x' }),
      ]

      expect(outcome(second)).toEqual(MALFORMED)
      expect(other).toMatchObject({ status: 200, body: '{"id":"user-1"}' })
    })

    it('takes no token from a form body', async () => {
      const answer = await send({
        method: 'POST',
        path: '/api/form',
        headers: ['Content-Type: application/x-www-form-urlencoded'],
        body: `access_token=${hs256Token()}`,
      })

      expect(outcome(answer)).toEqual(MISSING)
    })

    it('tells an expired token from a forged one, so that the client refreshes', async () => {
      const answer = await get('/api/me', bearer(hs256Token({ exp: 1_800_000_000 })))

      expect(outcome(answer)).toEqual({ ...INVALID, code: 'token_expired' })
    })

    it('repeats nothing of what it refused', async () => {
      const { body } = await get('/api/me', 'Authorization: Bearer private-canary')

      expect(body).not.toContain('canary')
    })

    it('answers 503 with Retry-After while the verifier has no keys', async () => {
      const answer = await get('/api/me', bearer(TOKEN_BEFORE_KEYS))

      expect(outcome(answer)).toEqual(UNAVAILABLE)
      expect(answer.headers.get('retry-after')).toBe('2')
    })

    it('hands a bug to the error handler', async () => {
      const answer = await get('/api/me', bearer(TOKEN_OF_A_BUG))

      expect(answer).toMatchObject({ status: 500, body: '{"handled":"a bug"}' })
    })

    const behindLayers = traits.hasLayers ? it : absent
    behindLayers('keeps the headers that were set before, on a refusal', async () => {
      expect((await get('/api/me')).headers.get('x-before')).toBe('yes')
    })

    describe('with { optional: true }', () => {
      it('passes a request without credentials, without an identity', async () => {
        expect(await get('/api/maybe')).toMatchObject({ status: 200, body: '{"id":null}' })
        expect(await get('/api/maybe', 'Authorization: Basic dTpw')).toMatchObject({ status: 200 })
      })

      it('passes a good token with its identity', async () => {
        const answer = await get('/api/maybe', bearer(hs256Token()))

        expect(answer).toMatchObject({ status: 200, body: '{"id":"user-1"}' })
      })

      it('still refuses a bad token', async () => {
        expect(outcome(await get('/api/maybe', bearer('bad')))).toEqual(INVALID)
      })
    })

    describe('requireRole', () => {
      it.each(['admin', 'owner'])('passes the role %s', async (role) => {
        const answer = await get('/api/admin', bearer(hs256Token({ role })))

        expect(answer).toMatchObject({ status: 200, body: '{"id":"user-1"}' })
      })

      it.each(['user', 'Admin', 'administrator', 'admin '])('refuses "%s"', async (role) => {
        const answer = await get('/api/admin', bearer(hs256Token({ role })))

        expect(outcome(answer)).toEqual(WRONG_ROLE)
        expect(answer.headers.get('cache-control')).toBe('no-store')
      })

      it('asks for credentials before it looks at roles', async () => {
        expect(outcome(await get('/api/admin'))).toEqual(MISSING)
        expect(outcome(await get('/api/maybe-admin'))).toEqual(MISSING)
      })

      it('fails closed where countersign is not mounted', async () => {
        const answer = await get('/bare/admin', bearer(hs256Token({ role: 'admin' })))

        expect(answer.status).toBe(500)
        expect(answer.body).toContain('handled')
      })
    })

    describe('while the verifier is stale', () => {
      beforeEach(() => {
        verifier.isStale = true
      })

      it('leaves the policy to the verifier unless told', async () => {
        expect((await get('/api/me', bearer(hs256Token()))).status).toBe(200)
        expect(verifier.policies).toEqual([undefined])
      })

      it('passes on the policy of a route', async () => {
        const answer = await get('/api/closed', bearer(hs256Token()))

        expect(outcome(answer)).toEqual(UNAVAILABLE)
        expect(new Set(verifier.policies)).toEqual(new Set(['closed']))
      })

      it('has a fresh route ask, and pass what is active', async () => {
        verifier.introspection = 'active'

        const answer = await get('/api/fresh', bearer(hs256Token()))

        expect(answer).toMatchObject({ status: 200, body: '{"id":"user-1"}' })
        expect(verifier.policies.at(-1)).toBe('introspect')
      })

      it('has a fresh route refuse what is no longer active', async () => {
        verifier.introspection = 'inactive'

        expect(outcome(await get('/api/fresh', bearer(hs256Token())))).toEqual(INVALID)
      })

      it('has a fresh route answer 503 where nobody can be asked', async () => {
        const answer = await get('/api/fresh', bearer(hs256Token()))

        expect(outcome(answer)).toEqual(UNAVAILABLE)
        expect(answer.headers.get('retry-after')).toBe('5')
      })
    })

    describe('requireFresh', () => {
      it('passes a good token of a live verifier', async () => {
        expect((await get('/api/fresh', bearer(hs256Token()))).status).toBe(200)
      })

      it('asks for credentials where authentication is optional', async () => {
        expect(outcome(await get('/api/maybe-fresh'))).toEqual(MISSING)
      })

      it('fails closed where countersign is not mounted', async () => {
        const answer = await get('/bare/fresh', bearer(hs256Token()))

        expect(answer.status).toBe(500)
        expect(answer.body).toContain('handled')
      })
    })
  })
}
