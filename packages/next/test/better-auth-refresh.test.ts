import { describe, expect, it } from 'vitest'
import { headersOf, setUpBetterAuth } from './better-auth-app.js'
import { PASSWORD } from './fake-auth-server.js'

const ada = { email: 'ada@example.com', password: PASSWORD }

/** Ada, signed in. */
async function signedIn() {
  const setup = await setUpBetterAuth()
  await setup.client.signIn.email(ada)
  setup.sent.length = 0
  return setup
}

describe('the session in Better Auth', () => {
  it('is refreshed once by many requests, when its token has run out', async () => {
    const { ask, clock, server, browser } = await signedIn()
    const before = browser.cookie
    clock.seconds += 900

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/get-session')))

    for (const answer of answers) {
      expect(await answer.json()).toMatchObject({ user: { email: ada.email } })
      expect(answer.headers.getSetCookie()).toHaveLength(1)
    }
    expect(server.count('/refresh')).toBe(1)
    expect(browser.cookie).not.toBe(before)
  })

  it('is never refreshed where no cookie can be written', async () => {
    const { auth, clock, server, browser, client } = await signedIn()
    clock.seconds += 900

    const before = await auth.api.getSession({ headers: headersOf(browser.jar) })
    await client.getSession()
    const after = await auth.api.getSession({ headers: headersOf(browser.jar) })

    expect([before, after?.user.email]).toEqual([null, ada.email])
    expect(server.count('/refresh')).toBe(1)
  })

  it('survives an auth server that is down: kept while valid, then an error', async () => {
    const { client, clock, server, browser } = await signedIn()
    server.behaviour.intercept = ({ path }) => (path === '/refresh' ? Response.error() : undefined)
    clock.seconds += 880
    expect((await client.getSession()).data?.user.email).toBe(ada.email)

    clock.seconds += 60
    const { data, error } = await client.getSession()

    expect([data, error?.code, error?.status]).toEqual([null, 'SERVICE_UNAVAILABLE', 503])
    expect(browser.jar.size).toBe(1)
    server.behaviour.intercept = undefined
    expect((await client.getSession()).data?.user.email).toBe(ada.email)
  })

  it('is gone once it has ended elsewhere, and the cookie after a second look', async () => {
    const { client, clock, server, browser, sent } = await signedIn()
    server.end([...server.rows.keys()][0] ?? '', 'signed_out')
    clock.seconds += 900

    const { data, error } = await client.getSession()

    expect([data, error]).toEqual([null, null])
    expect(sent).toEqual(['GET /api/auth/get-session', 'POST /api/auth/get-session'])
    expect(browser.jar.size).toBe(0)
  })

  it('of a sign-in meanwhile is kept when the one before has ended', async () => {
    const { ask, clock, server, browser } = await signedIn()
    server.end([...server.rows.keys()][0] ?? '', 'signed_out')
    clock.seconds += 900
    const late = await ask('/get-session')
    await ask('/sign-in/email', { method: 'POST', body: ada })

    const second = await ask('/get-session', { method: 'POST' })

    expect([await late.json(), late.headers.getSetCookie()]).toEqual([null, []])
    expect(await second.json()).toMatchObject({ user: { email: ada.email } })
    expect(browser.jar.size).toBe(1)
  })

  it('tells the holder of the access token of every sign-in and sign-out', async () => {
    const { client, refreshed } = await signedIn()
    await client.getSession()
    expect(refreshed).toHaveLength(1)

    await client.signOut()
    await client.signIn.email({ ...ada, password: 'not the password' })

    expect(refreshed).toHaveLength(2)
  })

  it('shows in useSession’s store, which a failed request leaves as it was', async () => {
    const { client, clock, server } = await signedIn()
    const store = client.$store.atoms.session
    const stop = store?.listen(() => {})
    await store?.get().refetch()
    expect(store?.get().data.user.role).toBe('user')

    server.behaviour.intercept = () => Response.error()
    clock.seconds += 901
    await store?.get().refetch()
    stop?.()

    expect(store?.get().data.user.email).toBe(ada.email)
    expect(store?.get().error.status).toBe(503)
  })
})
