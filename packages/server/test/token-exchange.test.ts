import { randomBytes } from 'node:crypto'
import {
  ASSERTION_TYPE,
  type AssertedPerson,
  assertionKey,
  JWT_TOKEN_TYPE,
  type SocialError,
  signClientAssertion,
  signJwt,
  TOKEN_EXCHANGE_GRANT,
} from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_CLIENT, expectOAuthError, oauthCalls } from './oauth-fixture.js'
import {
  AUTH_ORIGIN,
  basic,
  bearer,
  CLIENT,
  newEmail,
  PASSWORD,
  startServer,
  type TestServer,
} from './server-fixture.js'

const EXCHANGER = { ...CLIENT, scopes: ['tokens:exchange'] } as const
const OTHER = {
  id: 'other-web',
  secret: 'the-secret-of-another-server-0123456789',
  scopes: ['tokens:exchange'],
} as const
const AS_EXCHANGER = basic(EXCHANGER.id, EXCHANGER.secret)
const parties = {
  clientId: EXCHANGER.id,
  clientSecret: EXCHANGER.secret,
  issuer: `${AUTH_ORIGIN}/api/auth`,
}

let server: TestServer
let form: ReturnType<typeof oauthCalls>['form']
beforeAll(async () => {
  server = await startServer({ clients: [EXCHANGER, OTHER, API_CLIENT] })
  form = oauthCalls(server).form
})
afterAll(() => server?.close())

/** Somebody whom the provider has just shown for the first time. */
const somebody = (changed: Partial<AssertedPerson> = {}): AssertedPerson => ({
  provider: 'google',
  accountId: randomBytes(8).toString('hex'),
  email: newEmail(),
  emailVerified: true,
  name: 'Grace',
  image: 'https://example.com/grace.png',
  ...changed,
})

const exchange = (
  subject_token: string,
  headers: Record<string, string> = AS_EXCHANGER,
  changed: Record<string, string> = {},
) => {
  const standard = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token_type: JWT_TOKEN_TYPE }
  return form('/token', { ...standard, subject_token, ...changed }, headers)
}
const exchangeFor = (person: AssertedPerson) => exchange(signClientAssertion(person, parties))

interface Answer {
  readonly access_token: string
  readonly refresh_token: string
  readonly user: { readonly id: string; readonly email: string }
}
const signedIn = async (person: AssertedPerson): Promise<Answer> => {
  const answer = await exchangeFor(person)
  expect({ status: answer.status, body: await answer.clone().json() }).toMatchObject({
    status: 200,
  })
  return (await answer.json()) as Answer
}
const expectRefusal = async (answer: Response, reason?: SocialError) => {
  const body = await expectOAuthError(answer, 400, 'invalid_grant')
  expect(body.reason).toBe(reason)
}
const verify = (email: string) =>
  server.database.query({
    text: `update "user" set "emailVerified" = true where email = $1`,
    values: [email],
  })
const linkedTo = async (userId: string) => {
  const rows = await server.database.query<{ provider: string }>({
    text: `select "providerId" as provider from "account" where "userId" = $1 order by 1`,
    values: [userId],
  })
  return rows.map(({ provider }) => provider)
}

describe('the exchange of an assertion', () => {
  it('gives the device a token to be known by, and none to one that has it', async () => {
    const person = somebody()
    const token = (await exchangeFor(person)).headers.get('Countersign-Device') ?? ''
    const known = { ...AS_EXCHANGER, 'Countersign-Device': token }

    const again = await exchange(signClientAssertion(person, parties), known)

    expect(token).toMatch(/^csd_/)
    expect([again.status, again.headers.has('Countersign-Device')]).toEqual([200, false])
  })

  it('makes a user and a session of the client, in the words of RFC 8693', async () => {
    const person = somebody()
    const answer = await exchangeFor(person)

    const body = await answer.json()
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^csr_/),
      refresh_expires_in: 604_800,
      user: expect.objectContaining({
        email: person.email,
        name: 'Grace',
        image: person.image,
        role: 'user',
        emailVerified: true,
      }),
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(decodeJwt(body.access_token)).toMatchObject({
      client_id: CLIENT.id,
      email: person.email,
    })
    expect((await server.get('/me', bearer(body.access_token))).status).toBe(200)
    expect((await server.refresh(body.refresh_token, AS_EXCHANGER)).status).toBe(200)
  })

  it('finds the same user again, whatever the provider says of the address by then', async () => {
    const person = somebody()
    const first = await signedIn(person)

    const later = { ...person, email: newEmail(), emailVerified: false }

    expect((await signedIn(later)).user).toEqual(first.user)
  })

  it('keeps no token and no password', async () => {
    const { user } = await signedIn(somebody())

    const [account] = await server.database.query({
      text: `select "accessToken", "refreshToken", "idToken", password from "account"
             where "userId" = $1`,
      values: [user.id],
    })
    expect(new Set(Object.values(account ?? {}))).toEqual(new Set([null]))
  })

  it('takes an address as it is written at sign-up', async () => {
    const email = newEmail()

    const { user } = await signedIn(somebody({ email: email.toUpperCase() }))

    expect(user.email).toBe(email)
  })

  it('is written down with the address and agent that the client states', async () => {
    const assertion = signClientAssertion(somebody(), parties)
    const stated = { 'Countersign-User-IP': '203.0.113.9', 'Countersign-User-Agent': 'Firefox' }

    const answer = await exchange(assertion, { ...AS_EXCHANGER, ...stated })

    const { user } = (await answer.json()) as Answer
    const rows = await server.database.query({
      text: 'select event, client_id, ip, user_agent, detail from countersign_audit where user_id = $1',
      values: [user.id],
    })
    expect(rows).toContainEqual({
      event: 'sign_up.succeeded',
      client_id: CLIENT.id,
      ip: '203.0.113.9',
      user_agent: 'Firefox',
      detail: expect.objectContaining({ method: 'google' }),
    })
  })
})

describe('GHSA-g38m-r43w-p2q7: an account at a provider and one that is here', () => {
  it('are linked if both sides verified the address', async () => {
    const { email, user } = await server.signUp()
    await verify(email)

    const signed = await signedIn(somebody({ email }))

    expect(signed.user.id).toBe(user.id)
    expect(await linkedTo(user.id)).toEqual(['credential', 'google'])
  })

  it.each([
    ['here', true, 'account_not_linked'],
    ['there', false, 'email_not_verified'],
  ] as const)('are not linked if nobody verified it %s', async (_, emailVerified, reason) => {
    const { email, user } = await server.signUp()
    if (!emailVerified) await verify(email)

    await expectRefusal(await exchangeFor(somebody({ email, emailVerified })), reason)

    expect(await linkedTo(user.id)).toEqual(['credential'])
    expect((await server.post('/login', { email, password: PASSWORD })).status).toBe(200)
  })

  it('tells nobody with an unverified address whether there is an account', async () => {
    const { email } = await server.signUp()
    const known = await exchangeFor(somebody({ email, emailVerified: false }))
    const unknown = await exchangeFor(somebody({ emailVerified: false }))

    expect(await known.text()).toBe(await unknown.text())
  })
})

describe('GHSA-7w99-5wm4-3g79: an assertion', () => {
  it('has one success of twenty at once', async () => {
    const assertion = signClientAssertion(somebody(), parties)

    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(assertion)))

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(400)])
  })

  it('makes one user of twenty first sign-ins at once', async () => {
    const person = somebody()

    const answers = await Promise.all(Array.from({ length: 20 }, () => signedIn(person)))

    expect(new Set(answers.map(({ user }) => user.id)).size).toBe(1)
    expect(await linkedTo(answers[0]?.user.id ?? '')).toEqual(['google'])
  })
})

describe('an assertion is refused', () => {
  const forged = (changed: object, type = ASSERTION_TYPE) => {
    const [, payload = ''] = signClientAssertion(somebody(), parties).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return signJwt({ ...claims, ...changed }, { key: assertionKey(EXCHANGER.secret), type })
  }

  it.each([
    ['for another server', { aud: 'https://evil.example/api/auth' }],
    ['in the name of another client', { iss: OTHER.id }],
    ['that ended', { iat: 1_700_000_000, exp: 1_700_000_060 }],
    ['that lives for long', { exp: Math.floor(Date.now() / 1000) + 3600 }],
    ['whose address is verified by the word "true"', { email_verified: 'true' }],
  ])('%s', async (_, changed) => {
    await expectRefusal(await exchange(forged(changed)))
  })

  it('of another type, such as an access token', async () => {
    const { accessToken } = await server.signUp()

    await expectRefusal(await exchange(forged({}, 'at+jwt')))
    await expectRefusal(await exchange(accessToken))
    await expectRefusal(await exchange('x'))
  })

  it('signed by another client, which may exchange as well', async () => {
    const theirs = { ...parties, clientId: OTHER.id, clientSecret: OTHER.secret }
    const assertion = signClientAssertion(somebody(), theirs)

    await expectRefusal(await exchange(assertion))
    expect((await exchange(assertion, basic(OTHER.id, OTHER.secret))).status).toBe(200)
  })

  it('for the account that is a password', async () => {
    const { user, email } = await server.signUp()
    const person = somebody({ provider: 'credential', accountId: user.id, email })

    await expectRefusal(await exchangeFor(person), 'sign_in_failed')
  })

  it.each(['ada', '"a@evil.example"@example.com', 'a@x.example,b@y.example', 'ada＠example.com'])(
    'with %s for an address',
    async (email) => {
      await expectRefusal(await exchangeFor(somebody({ email })), 'email_missing')
    },
  )

  it('of a user who is banned', async () => {
    const person = somebody()
    const { user } = await signedIn(person)
    await server.database.query({
      text: 'update "user" set banned = true where id = $1',
      values: [user.id],
    })

    await expectRefusal(await exchangeFor(person), 'account_locked')
  })
})

describe('a client', () => {
  const assertion = () => signClientAssertion(somebody(), parties)

  it.each([
    ['without a credential', {}, 401, 'invalid_client'],
    ['with a wrong secret', basic(EXCHANGER.id, OTHER.secret), 401, 'invalid_client'],
    [
      'such as an API, which may not',
      basic(API_CLIENT.id, API_CLIENT.secret),
      403,
      'insufficient_scope',
    ],
  ] as const)('%s exchanges nothing', async (_, headers, status, code) => {
    await expectOAuthError(await exchange(assertion(), headers), status, code)
  })

  it.each([
    ['another type of token', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
    ['another kind of answer', { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' }],
    ['another audience', { audience: 'other-api' }],
    ['an actor', { actor_token: 'x' }],
    ['nothing', { subject_token: '' }],
  ])('asks in vain for %s', async (_, changed) => {
    const answer = await exchange(assertion(), AS_EXCHANGER, changed as Record<string, string>)

    await expectOAuthError(answer, 400, 'invalid_request')
  })

  it('gets no scope', async () => {
    const answer = await exchange(assertion(), AS_EXCHANGER, { scope: 'admin' })

    await expectOAuthError(answer, 400, 'invalid_scope')
  })

  it('decides nothing by further fields (CVE-2025-61928)', async () => {
    const extra = { userId: 'u1', role: 'admin', sub: 'u1' }

    const answer = await exchange(assertion(), AS_EXCHANGER, extra)

    expect((await answer.json()).user).toMatchObject({
      role: 'user',
      id: expect.not.stringMatching(/^u1$/),
    })
  })
})
