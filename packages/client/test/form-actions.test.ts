import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  authJsActions,
  type BetterAuthClient,
  betterAuthActions,
  clientActions,
} from '../src/forms.js'

const VALUES = { email: 'ada@b.test', password: 'correct horse', remember: false }

describe('clientActions', () => {
  afterEach(() => vi.unstubAllGlobals())

  function setUp(status: number, body?: object, headers: Record<string, string> = {}) {
    const calls: { url: string; init: RequestInit }[] = []
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      calls.push({ url, init })
      return new Response(body ? JSON.stringify(body) : null, { status, headers })
    })
    const client = { adopt: vi.fn(), refresh: vi.fn(async () => ({}) as never) }
    return { calls, client, actions: clientActions(client) }
  }

  it('signs in through the web server and tells the client', async () => {
    const session = { accessToken: 'a.b.c' }
    const { actions, calls, client } = setUp(200, session)

    expect(await actions.signIn(VALUES)).toEqual({ next: 'done' })

    expect(calls[0]?.url).toBe('/api/auth/login')
    expect(JSON.parse(String(calls[0]?.init.body))).toEqual(VALUES)
    expect(new Headers(calls[0]?.init.headers).get('X-Countersign')).toBe('1')
    expect(client.adopt).toHaveBeenCalledWith(session)
  })

  it.each([
    [202, undefined, { next: 'check_mail' }],
    [
      200,
      { next: 'second_factor', challenge: 'c', methods: ['totp'] },
      { next: 'second_factor', challenge: 'c', methods: ['totp'] },
    ],
  ])('makes no session of %i %o', async (status, body, entered) => {
    const { actions, client } = setUp(status, body)

    expect(await actions.signIn(VALUES)).toEqual(entered)
    expect(client.adopt).not.toHaveBeenCalled()
  })

  it.each([
    [401, { code: 'invalid_credentials' }, {}, { code: 'invalid_credentials' }],
    [429, { code: 'rate_limited' }, { 'Retry-After': '42' }, { retryAfterSeconds: 42 }],
    [502, undefined, {}, { code: 'service_unavailable' }],
    [500, undefined, {}, { code: 'internal_error' }],
  ])('rejects a %i with the code of %o', async (status, body, headers, error) => {
    const { actions } = setUp(status, body, headers)

    await expect(actions.signIn(VALUES)).rejects.toMatchObject(error)
  })

  it('rejects with "network" when nothing answers', async () => {
    const { actions } = setUp(200)
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('down')))

    await expect(actions.listSessions()).rejects.toMatchObject({ code: 'network' })
  })

  it('has the client look when the session seems to have ended, and only then', async () => {
    const ended = setUp(401, { code: 'session_ended' })
    await expect(ended.actions.listSessions()).rejects.toMatchObject({ code: 'session_ended' })
    expect(ended.client.refresh).toHaveBeenCalledOnce()

    const wrong = setUp(401, { code: 'invalid_credentials' })
    await expect(wrong.actions.disableSecondFactor({ password: 'x' })).rejects.toBeDefined()
    expect(wrong.client.refresh).not.toHaveBeenCalled()
  })

  it('tells whether the other address is still to be confirmed', async () => {
    expect(await setUp(202).actions.confirmEmail({ token: 't' })).toEqual({ complete: false })
    expect(await setUp(204).actions.confirmEmail({ token: 't' })).toEqual({ complete: true })
  })
})

describe('betterAuthActions', () => {
  function setUp(answers: Record<string, object>) {
    const calls: [string, unknown][] = []
    const call = (name: string) => async (input: unknown) => {
      calls.push([name, input])
      return answers[name] ?? { data: {}, error: null }
    }
    const client: BetterAuthClient = {
      signIn: { email: call('signIn') },
      signUp: { email: call('signUp') },
      changePassword: call('changePassword'),
      twoFactor: {
        enable: call('enable'),
        verifyTotp: call('verifyTotp'),
        verifyBackupCode: call('verifyBackupCode'),
        disable: call('disable'),
        generateBackupCodes: call('generateBackupCodes'),
      },
    }
    return { calls, actions: betterAuthActions(client) }
  }

  it('signs in by its client, or goes on to the second factor', async () => {
    const { actions, calls } = setUp({})
    expect(await actions.signIn(VALUES)).toEqual({ next: 'done' })
    const { remember: _, ...account } = VALUES
    expect(calls).toEqual([['signIn', { ...account, rememberMe: false }]])

    const next = setUp({ signIn: { data: { twoFactorRedirect: true } } })
    expect(await next.actions.signIn(VALUES)).toMatchObject({ next: 'second_factor' })
  })

  it.each([
    [{ code: 'INVALID_EMAIL_OR_PASSWORD', status: 401 }, 'invalid_credentials'],
    [{ code: 'EMAIL_NOT_VERIFIED', status: 403 }, 'email_not_verified'],
    [{ code: 'SOMETHING_NEW', status: 400 }, 'invalid_request'],
    [{ status: 429 }, 'rate_limited'],
    [{ status: 503 }, 'service_unavailable'],
  ])('says %o as %s', async (error, code) => {
    const { actions } = setUp({ signIn: { data: null, error } })

    await expect(actions.signIn(VALUES)).rejects.toMatchObject({ code })
  })

  it('takes codes of both kinds, and hands the recovery codes out after the first code', async () => {
    const enrolment = { totpURI: 'otpauth://totp/a:b?secret=KEY', backupCodes: ['one'] }
    const { actions, calls } = setUp({ enable: { data: enrolment } })
    await actions.secondFactor({ challenge: '', code: '123456' })
    await actions.secondFactor({ challenge: '', code: 'abcde-fghij' })

    const { secret } = await actions.enrollSecondFactor({ password: 'x' })

    expect(calls.map(([name]) => name)).toEqual(['verifyTotp', 'verifyBackupCode', 'enable'])
    expect(secret).toBe('KEY')
    expect(await actions.activateSecondFactor({ code: '123456' })).toEqual({
      recoveryCodes: ['one'],
    })
  })

  it('refuses what its client has no plugin for', async () => {
    await expect(setUp({}).actions.forgotPassword({ email: 'a@b.test' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('authJsActions', () => {
  it('signs in by the credentials provider, without a redirect', async () => {
    const signIn = vi.fn(async () => ({ ok: true, error: null }))

    expect(await authJsActions(signIn).signIn(VALUES)).toEqual({ next: 'done' })
    expect(signIn).toHaveBeenCalledWith('countersign', { ...VALUES, redirect: false })
  })

  it.each([
    [{ error: 'CredentialsSignin', code: 'rate_limited' }, 'rate_limited'],
    [{ error: 'CredentialsSignin', code: 'credentials' }, 'invalid_credentials'],
    [{ error: 'CredentialsSignin' }, 'invalid_credentials'],
    [{ error: 'account_locked' }, 'account_locked'],
    [{ error: 'Configuration' }, 'internal_error'],
    [undefined, 'service_unavailable'],
  ])('says %o as %s', async (answer, code) => {
    const actions = authJsActions(async () => answer)

    await expect(actions.signIn(VALUES)).rejects.toMatchObject({ code })
  })

  it('rejects with "network" when nothing answers', async () => {
    const actions = authJsActions(() => Promise.reject(new TypeError('down')))

    await expect(actions.signIn(VALUES)).rejects.toMatchObject({ code: 'network' })
  })
})
