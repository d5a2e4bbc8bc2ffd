import { hash as bcrypt } from '@node-rs/bcrypt'
import type { BetterAuthOptions } from 'better-auth'
import { hashPassword } from 'better-auth/crypto'
import { admin } from 'better-auth/plugins'
import { describe, expect, it, vi } from 'vitest'
import { passwords } from '../src/better-auth.js'
import type { TestDatabase } from './databases.js'
import { API, emptyServer, newEmail, PASSWORD, startIssuer } from './issuer-fixture.js'

const CEILING = { timeout: 10_000, interval: 20 }

async function withIssuer(
  auth: Partial<BetterAuthOptions>,
  work: (issuer: Awaited<ReturnType<typeof startIssuer>>, test: TestDatabase) => Promise<void>,
) {
  const test = await emptyServer()
  try {
    await work(await startIssuer(test.database, { auth }), test)
  } finally {
    await test.close()
  }
}

const RENAMED = {
  // twoFactor() remembers the name of the user table for the rest of the process.
  plugins: [admin()],
  user: {
    modelName: 'app "users"',
    fields: { email: 'mail', emailVerified: 'mail_verified', createdAt: 'created_at' },
  },
  session: {
    modelName: 'app_sessions',
    fields: { userId: 'user_id', expiresAt: 'expires_at', token: 'secret' },
  },
  account: { modelName: 'app_accounts', fields: { userId: 'user_id', password: 'hash' } },
} satisfies Partial<BetterAuthOptions>

describe('a Better Auth', () => {
  it.each<[string, Partial<BetterAuthOptions>, RegExp]>([
    ['integer ids', { advanced: { database: { generateId: 'serial' } } }, /^\d+$/],
    ['UUIDs', { advanced: { database: { generateId: 'uuid' } } }, /^[0-9a-f-]{36}$/],
    ['tables of other names', RENAMED, /^\w{32}$/],
    ['a cookie cache', { session: { cookieCache: { enabled: true, maxAge: 300 } } }, /^\w{32}$/],
    ['no plugin of its own', { plugins: [] }, /^\w{32}$/],
  ])('with %s gives tokens whose end an API hears of', async (_what, auth, id) => {
    await withIssuer(auth, async (issuer) => {
      const revocations = { clientId: API.id, clientSecret: API.secret }
      const verifier = issuer.verifier({ revocations })
      await vi.waitFor(() => expect(verifier.feed.state).toBe('live'), CEILING)
      const email = newEmail()
      const cookie = await issuer.signUp(email)
      const [token, other] = [
        await issuer.token(cookie),
        await issuer.token(await issuer.signIn(email)),
      ]
      const identity = await verifier.verify(token)

      await issuer.post('/sign-out', {}, { Cookie: cookie })

      expect(identity.userId).toMatch(id)
      expect(identity.sessionId).toMatch(id)
      await vi.waitFor(
        () => expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_revoked' }),
        CEILING,
      )
      await expect(verifier.verify(other)).resolves.toMatchObject({ email })
      expect((await issuer.refresh(cookie)).status).toBe(401)
      verifier.close()
    })
  })

  it('signs users in whose passwords were hashed elsewhere, and nobody else', async () => {
    const emailAndPassword = { enabled: true, password: passwords }
    await withIssuer({ emailAndPassword }, async (issuer, { database }) => {
      const hashes = [
        await bcrypt(PASSWORD, { cost: 4, version: '2a' }),
        await hashPassword(PASSWORD),
      ]
      for (const hash of hashes) {
        const email = newEmail()
        await issuer.signUp(email)
        await database.query({
          text: `update "account" set password = $1
                 where "userId" = (select id from "user" where email = $2)`,
          values: [hash, email],
        })

        const wrong = await issuer.post('/sign-in/email', { email, password: 'another battery' })

        expect(wrong.status).toBe(401)
        expect((await issuer.refresh(await issuer.signIn(email))).status).toBe(200)
      }
    })
  })

  it('hashes new passwords with Argon2id', async () => {
    const emailAndPassword = { enabled: true, password: passwords }
    await withIssuer({ emailAndPassword }, async (issuer, { database }) => {
      await issuer.signUp()

      const [row] = await database.query<{ password: string }>({
        text: 'select password from "account"',
      })

      expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    })
  })

  it('signs nobody out when its database is away', async () => {
    const test = await emptyServer()
    const issuer = await startIssuer(test.database, {})
    const cookie = await issuer.signUp()
    expect((await issuer.refresh(cookie)).status).toBe(200)

    await test.close()
    const answer = await issuer.refresh(cookie)

    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})
