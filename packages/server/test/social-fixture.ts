import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { ServerOptions } from '../src/options.js'
import { AT_PROVIDER, openidFixture } from './openid-fixture.js'
import { BROWSER, newEmail, startServer, WEB_ORIGIN } from './server-fixture.js'

/** Somebody at a provider, as claims of an ID token. */
export const somebody = (changed: Record<string, unknown> = {}) => ({
  sub: randomBytes(8).toString('hex'),
  email: newEmail(),
  email_verified: true,
  name: 'Grace',
  picture: 'https://example.com/grace.png',
  ...changed,
})

export type SocialServer = Awaited<ReturnType<typeof startSocialServer>>

/** A server with two OpenID providers, `google` and `acme`, and what a browser does with them. */
export async function startSocialServer(given: Partial<ServerOptions> = {}) {
  const [google, acme] = [await openidFixture(), await openidFixture()]
  const server = await startServer({
    socialProviders: [
      { id: 'google', ...AT_PROVIDER, issuer: google.issuer },
      { id: 'acme', ...AT_PROVIDER, issuer: acme.issuer, name: 'Acme Staff' },
    ],
    outgoingAddresses: 'any',
    ...given,
  })

  /** Begins in a browser on the web origin; gives what it sends from then on. */
  const begin = async (body: object = {}, headers: Record<string, string> = {}) => {
    const answer = await server.post('/social/google', body, { ...BROWSER, ...headers })
    expect({ status: answer.status, body: await answer.clone().text() }).toMatchObject({
      status: 200,
    })
    const { url } = (await answer.json()) as { url: string }
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    return { url, cookie, answer }
  }

  const comeBack = (query: URLSearchParams | string, cookie = '', provider = 'google') =>
    server.call('GET', `/callback/${provider}?${query}`, {
      headers: { 'Sec-Fetch-Site': 'cross-site', ...(cookie ? { Cookie: cookie } : {}) },
    })

  return {
    ...server,
    google,
    acme,
    begin,
    comeBack,
    /** From the button to the return, as one person. */
    async signIn(claims: object, body: object = {}, headers: Record<string, string> = {}) {
      const { url, cookie } = await begin(body, headers)
      return comeBack(google.authorize(url, claims as never), cookie)
    },
    close: async () => {
      await server.close()
      await Promise.all([google.close(), acme.close()])
    },
  }
}

/** Where an answer sends the browser. */
export function locationOf(answer: Response): URL {
  expect(answer.status).toBe(303)
  expect(answer.headers.get('cache-control')).toContain('no-store')
  return new URL(answer.headers.get('location') ?? '')
}

/** Asserts that the browser is sent back without a session, and with this reason. */
export function expectReturnedWith(answer: Response, error: string, to = `${WEB_ORIGIN}/`) {
  const location = locationOf(answer)
  expect(location.searchParams.get('error')).toBe(error)
  expect(location.origin + location.pathname).toBe(to)
  expect(location.searchParams.has('code')).toBe(false)
  expect(answer.headers.getSetCookie().filter((cookie) => cookie.includes('csr_'))).toEqual([])
}
