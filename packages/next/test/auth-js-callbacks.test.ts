import { describe, expect, it, vi } from 'vitest'
import { AUTH_JS_COOKIE, setUpAuthJs } from './auth-js-app.js'
import { COOKIE } from './browser.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

describe('callbacks of the application', () => {
  it('run after ours, and what they add is there', async () => {
    const { signIn, session } = await setUpAuthJs({
      callbacks: {
        jwt: ({ token }) => ({ ...token, theme: `dark for ${token.email}` }),
        session: ({ session, token }) => ({
          ...session,
          user: { ...session.user, name: `${session.user.role} ${token.theme}` },
        }),
      },
    })
    await signIn()

    expect((await session())?.user?.name).toBe('user dark for ada@example.com')
  })

  it('cannot make another session of it, nor lose it', async () => {
    const { signIn, session } = await setUpAuthJs({
      callbacks: { jwt: () => ({ sub: 'somebody else', csid: 'another' }) },
    })
    await signIn()

    expect((await session())?.user?.email).toBe('ada@example.com')
  })

  it.each([
    ['jwt throws', { jwt: () => Promise.reject(new Error('a bug')) }],
    ['jwt says no', { jwt: () => null }],
    ['signIn throws', { signIn: () => Promise.reject(new Error('a bug')) }],
    ['signIn says no', { signIn: () => false }],
    ['signIn leads elsewhere', { signIn: () => '/closed' }],
  ])('%s: nobody is signed in, and no session is left behind', async (_, callbacks) => {
    const { signIn, browser, server } = await setUpAuthJs({ callbacks })

    await signIn()

    expect([browser.jar.has(COOKIE), browser.jar.has(AUTH_JS_COOKIE)]).toEqual([false, false])
    expect([...server.rows.values()].map(({ endedFor }) => endedFor)).toEqual(['signed_out'])
  })

  it('that throw later sign out of Auth.js, as ever, and leave the cookie of Countersign', async () => {
    const isBroken = { now: false }
    const { signIn, session, browser } = await setUpAuthJs({
      callbacks: {
        jwt: ({ token }) => {
          if (isBroken.now) throw new Error('a bug')
          return token
        },
      },
    })
    await signIn()
    isBroken.now = true

    expect(await session()).toBeNull()
    expect(browser.jar.has(COOKIE)).toBe(true)
  })

  it('hear of a sign-out after it', async () => {
    const heard: (string | undefined)[] = []
    const { signIn, signOut, server } = await setUpAuthJs({
      events: { signOut: () => void heard.push([...server.rows.values()][0]?.endedFor) },
    })
    await signIn()
    await signOut()

    expect(heard).toEqual(['signed_out'])
  })
})

describe('a configuration that contradicts the backend', () => {
  it.each([
    ['an adapter', { adapter: {} }, {}],
    ['sessions in a database', { session: { strategy: 'database' as const } }, {}],
    ['another path', { basePath: '/auth' }, {}],
    ['no path', {}, { authJsPath: undefined }],
    ['another provider of credentials', { providers: [{ id: 'own', type: 'credentials' }] }, {}],
    ['links by mail', { providers: [{ id: 'mail', type: 'email' }] }, {}],
  ])('is an error at the start: %s', async (_, config, options) => {
    await expect(setUpAuthJs(config as object, options)).rejects.toThrow(TypeError)
  })
})
