import {
  type AccessTokenClaims,
  generatePrivateJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi, callWithToken, type Reply } from './harness/auth-api.js'
import { newPerson } from './harness/daybook.js'
import type { Which } from './harness/door.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const USERS = 5
const CALLS_PER_USER = 40

let stack: Stack
let accessTokens: readonly string[]
tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', upTo: 'api' })
  const auth = authApi(stack.authUrl)
  const people = Array.from({ length: USERS }, () => newPerson())
  accessTokens = await Promise.all(
    people.map(async (person) => (await auth.signUp(person)).accessToken),
  )
})
afterAll(() => stack?.remove())

const isKeySet: Which = ({ path, status }) => path === '/api/auth/jwks' && status === 200

const tasks = (token: string): Promise<Reply> =>
  callWithToken(`${stack.apiUrl}/api/v1/tasks`, token)

describe('an API that verifies access tokens', () => {
  it('asked for the keys once, and for nothing else in 200 calls', async () => {
    const before = stack.authDoor.passages.length

    const statuses = []
    for (const token of accessTokens) {
      const calls = Array.from({ length: CALLS_PER_USER }, () => tasks(token))
      statuses.push(...(await Promise.all(calls)).map(({ status }) => status))
    }

    expect(statuses).toEqual(Array(USERS * CALLS_PER_USER).fill(200))
    expect(stack.authDoor.passages.slice(before)).toEqual([])
    expect(stack.authDoor.count(isKeySet)).toBe(1)
  })

  it('goes on for valid tokens, and for them only, when the auth server is killed', async () => {
    const [valid = ''] = accessTokens
    const forged = await forgeries(valid)
    await stack.auth[0]?.kill()

    const accepted = await Promise.all(accessTokens.map(tasks))
    const refused = await Promise.all(forged.map(({ token }) => tasks(token)))

    expect(accepted.map(({ status }) => status)).toEqual(Array(USERS).fill(200))
    const verdicts = refused.map((reply, i) => [forged[i]?.why, reply.status, reply.body.code])
    expect(verdicts).toEqual(forged.map(({ why }) => [why, 401, 'invalid_token']))
  })
})

/** Tokens that nobody issued. */
async function forgeries(valid: string) {
  const [header = '', payload = '', signature = ''] = valid.split('.')
  const claims = decode(payload) as AccessTokenClaims
  const stranger = signingKeyFromJwk(await generatePrivateJwk('EdDSA'))
  const { kid } = decode(header) as { kid: string }
  const admin = encode({ ...claims, role: 'admin' })
  const none = encode({ ...(decode(header) as object), alg: 'none' })
  return [
    { why: 'another payload', token: `${header}.${admin}.${signature}` },
    { why: 'no signature', token: `${none}.${payload}.` },
    {
      why: 'the key of a stranger under our name',
      token: signAccessToken(claims, { ...stranger, kid }),
    },
    { why: 'the key of a stranger under its own name', token: signAccessToken(claims, stranger) },
    {
      why: 'a lifetime that is over',
      token: signAccessToken({ ...claims, iat: 1, exp: 900 }, stranger),
    },
    { why: 'no token at all', token: 'csr_' },
  ]
}

function decode(segment: string): unknown {
  return JSON.parse(Buffer.from(segment, 'base64url').toString())
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
