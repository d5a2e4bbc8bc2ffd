import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { github, openidProvider, reserveProvider } from './harness/openid-provider.js'
import type { ServerProcess } from './harness/process.js'

const CLIENT = {
  clientId: 'countersign',
  clientSecret: 'the-secret-at-the-provider-0123456789',
  redirectUris: ['http://localhost:1/callback'],
}
const ADA = { id: 'ada', email: 'ada@example.com', emailVerified: false, name: 'Ada' }
const GRACE = {
  id: '7',
  login: 'grace',
  name: null,
  emails: [{ email: 'grace@example.com', primary: true, verified: true }],
}
const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const redirectUri = CLIENT.redirectUris[0] ?? ''

const processes: ServerProcess[] = []
let issuer: string
let githubUrl: string

beforeAll(async () => {
  const [openid, hub] = [await reserveProvider(), await reserveProvider()]
  issuer = openid.url
  githubUrl = hub.url
  processes.push(
    openidProvider(openid.port, { clients: [CLIENT], users: [ADA], claimsIn: 'id_token' }),
    github(hub.port, { clients: [CLIENT], users: [GRACE] }),
  )
  await Promise.all(processes.map((one) => one.start()))
})
afterAll(() => Promise.all(processes.map((one) => one.stop())))

/** Goes from page to page with cookies, as a browser does, as far as our own address. */
async function walk(start: string, act: 'allow' | 'deny', account: string): Promise<URL> {
  const jar = new Map<string, string>()
  let [url, init]: [string, RequestInit] = [start, {}]
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const answer = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' })
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = answer.headers.get('location')
    if (location?.startsWith(redirectUri)) return new URL(location)
    if (location) [url, init] = [new URL(location, url).href, {}]
    else init = { method: 'POST', body: new URLSearchParams({ account, act }) }
  }
  throw new Error('it goes in circles')
}

function authorizeUrl(endpoint: string): string {
  const url = new URL(endpoint)
  const parameters = {
    ...{ client_id: CLIENT.clientId, redirect_uri: redirectUri, response_type: 'code' },
    ...{ scope: 'openid email profile', state: 'of-mine', nonce: 'n', code_challenge: challenge },
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

async function redeem(endpoint: string, code: string, secret = CLIENT.clientSecret) {
  const basic = Buffer.from(`${CLIENT.clientId}:${secret}`).toString('base64')
  const isOpenid = endpoint.startsWith(issuer)
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: isOpenid ? { Authorization: `Basic ${basic}` } : {},
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri },
      ...{ code_verifier: verifier },
      ...(isOpenid ? {} : { client_id: CLIENT.clientId, client_secret: secret }),
    }),
  })
  return (await answer.json()) as Record<string, string>
}

describe('the OpenID provider of the tests', () => {
  it('signs its people in, with the claims that it was told', async () => {
    const back = await walk(authorizeUrl(`${issuer}/auth`), 'allow', 'ada')

    const { id_token = '' } = await redeem(`${issuer}/token`, back.searchParams.get('code') ?? '')

    const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
    expect(back.searchParams.get('state')).toBe('of-mine')
    expect(claims).toMatchObject({ iss: issuer, sub: 'ada', nonce: 'n', email_verified: false })
  })

  it('says so when they refuse, and refuses strangers', async () => {
    const ends = await Promise.all([
      walk(authorizeUrl(`${issuer}/auth`), 'deny', 'ada'),
      walk(authorizeUrl(`${issuer}/auth`), 'allow', 'nobody'),
    ])

    expect(ends.map((end) => end.searchParams.get('error'))).toEqual(Array(2).fill('access_denied'))
  })
})

describe('the GitHub of the tests', () => {
  const endpoints = () => ({
    authorize: `${githubUrl}/login/oauth/authorize`,
    token: `${githubUrl}/login/oauth/access_token`,
  })

  it('signs its people in, and tells their addresses', async () => {
    const { authorize, token } = endpoints()
    const back = await walk(authorizeUrl(authorize), 'allow', 'grace')

    const { access_token } = await redeem(token, back.searchParams.get('code') ?? '')
    const headers = { Authorization: `Bearer ${access_token}` }
    const answer = await fetch(`${githubUrl}/api/v3/user/emails`, { headers })

    expect(await answer.json()).toEqual(GRACE.emails)
  })

  it('refuses a code twice, and a wrong secret, with status 200 as GitHub does', async () => {
    const { authorize, token } = endpoints()
    const code = async () =>
      (await walk(authorizeUrl(authorize), 'allow', 'grace')).searchParams.get('code') ?? ''
    const used = await code()
    await redeem(token, used)

    expect(await redeem(token, used)).toEqual({ error: 'bad_verification_code' })
    expect(await redeem(token, await code(), 'another')).toEqual({
      error: 'incorrect_client_credentials',
    })
  })
})
