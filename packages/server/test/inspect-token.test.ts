import {
  generatePrivateJwk,
  hmacKey,
  parseRootSecrets,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
  signJwt,
  verificationKeyFromJwk,
} from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { inspectToken, timesOf } from '../src/tokens/inspect-token.js'
import { SECRET } from './server-fixture.js'

const NOW = 1_800_000_000
const CLAIMS = {
  iss: 'https://auth.example.com/api/auth',
  ...{ aud: 'todo-api', sub: 'ada', client_id: 'web', sid: 'session', jti: 'token' },
  ...{ iat: NOW - 60, exp: NOW + 840, email: 'ada@example.com', role: 'user', ver: 1 },
}
const KEY = hmacKey('the-shared-secret-of-tokens-0123456789')
const now = () => NOW
const known = { keys: [KEY], issuer: CLAIMS.iss, audience: CLAIMS.aud, now }

describe('inspectToken', () => {
  it('verifies an access token by the key that it names', async () => {
    const jwk = await generatePrivateJwk('EdDSA')
    const token = signAccessToken(CLAIMS, signingKeyFromJwk(jwk))
    const keys = [verificationKeyFromJwk(publicJwk(jwk))]

    const found = inspectToken(token, { ...known, keys, keysFrom: 'the key set' })

    expect(found).toMatchObject({ kind: 'access token', verified: true, notes: [] })
    expect(found.key).toBe(`${jwk.kid} of the key set`)
    expect(found.claims).toEqual(CLAIMS)
  })

  it.each<[string, string, object, RegExp]>([
    ['no key', signAccessToken(CLAIMS, KEY), { keys: [] }, /no key to verify it with/],
    [
      'another secret',
      signAccessToken(CLAIMS, hmacKey('another-secret-of-tokens-0123456789abc')),
      {},
      /signed with secret \S+, this verifier holds/,
    ],
    ['another audience', signAccessToken(CLAIMS, KEY), { audience: 'x' }, /"aud" is another/],
    ['another issuer', signAccessToken(CLAIMS, KEY), { issuer: 'x' }, /"iss" is another/],
    [
      'its end',
      signAccessToken({ ...CLAIMS, exp: NOW - 1 }, KEY),
      {},
      /the signature is right, but "exp" is in the past/,
    ],
    ['another purpose', signJwt(CLAIMS, { key: KEY }), {}, /is no access token/],
    ['a changed end', `${signAccessToken(CLAIMS, KEY).slice(0, -3)}AAA`, {}, /does not match/],
    ['a refresh token', `csr_${'A'.repeat(72)}`, {}, /would tell more/],
    ['half a refresh token', 'csr_AAAA', {}, /has 76 characters/],
    ['an encrypted token', 'aaaa.bbbb.CCCC.dddd.eeee', {}, /JWE/],
    ['no token', 'hello', {}, /1 segments, not three/],
    ['nothing', '', {}, /nothing was given/],
  ])('never says verified of %s', (_name, token, options, words) => {
    const found = inspectToken(token, { ...known, ...options })

    expect(found.verified).toBe(false)
    expect(found.notes.join()).toMatch(words)
    expect(JSON.stringify(found)).not.toContain(token.split('.')[2] || 'AAAAAA')
  })

  it('says what it did not compare', () => {
    const found = inspectToken(signAccessToken(CLAIMS, KEY), { keys: [KEY], now })

    expect(found.verified).toBe(true)
    expect(found.notes).toEqual([
      'the issuer was not compared: --issuer',
      'the audience was not compared: --audience',
    ])
  })

  it('refuses a refresh token that no key of the server made', () => {
    const refreshKeys = refreshTokenKeys(parseRootSecrets(SECRET))

    const found = inspectToken(`csr_${'A'.repeat(72)}`, { refreshKeys })

    expect(found).toMatchObject({ verified: false, kind: 'refresh token' })
    expect(found.notes.join()).toMatch(/no key of COUNTERSIGN_SECRET made it/)
  })
})

describe('timesOf', () => {
  it.each([
    [CLAIMS, ['issued 1 minute ago', 'expires in 14 minutes', 'lives 15 minutes']],
    [
      { iat: NOW - 90_000, exp: NOW - 3_700 },
      ['issued 1 day ago', 'expired 1 hour ago', 'lives 23 hours'],
    ],
    [{ nbf: NOW + 2, exp: NOW + 5 }, ['not valid for another 2 seconds', 'expires in 5 seconds']],
    [
      { iat: NOW + 120, exp: NOW + 180 },
      [
        'issued in 2 minutes',
        'expires in 3 minutes',
        'lives 1 minute',
        'comes from the future: compare the clocks',
      ],
    ],
    [{}, ['never expires: no exp']],
    [{ exp: 'soon' }, ['never expires: no exp']],
  ])('says %j in words', (claims, words) => {
    expect(timesOf(claims, NOW)).toEqual(words)
  })
})
