import { hash as bcrypt } from '@node-rs/bcrypt'
import type { BetterAuthOptions } from 'better-auth'
import { hashPassword } from 'better-auth/crypto'
import { admin } from 'better-auth/plugins'
import { describe, expect, it, vi } from 'vitest'
import { passwords } from '../src/better-auth.js'
import { openPostgres } from '../src/database/postgres.js'
import type { TestDatabase } from './databases.js'
import { API, cookiesOf, emptyServer, newEmail, PASSWORD, startIssuer } from './issuer-fixture.js'
import { privatePostgres } from './private-postgres.js'

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

  it('signs nobody out while its database is away', { timeout: 60_000 }, async () => {
    const postgres = await privatePostgres()
    await postgres.start()
    const database = openPostgres({ url: postgres.url })
    try {
      const issuer = await startIssuer(database, {})
      const cookie = await issuer.signUp()

      await postgres.stop('SIGQUIT')
      const answer = await issuer.refresh(cookie)
      await postgres.start()

      expect([answer.status, await answer.json()]).toMatchObject([
        503,
        { code: 'service_unavailable' },
      ])
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect((await issuer.refresh(cookie)).status).toBe(200)
    } finally {
      await database.close()
      await postgres.remove()
    }
  })
})

describe('a user', () => {
  it('cannot choose a role or a version, when signing up or later', async () => {
    await withIssuer({}, async (issuer) => {
      const account = { email: newEmail(), password: PASSWORD, name: 'Eve' }
      const role = await issuer.post('/sign-up/email', { ...account, role: 'admin' })
      const ver = await issuer.post('/sign-up/email', { ...account, ver: 100 })
      const cookie = cookiesOf(ver)
      const later = await Promise.all(
        [{ ver: 100 }, { role: 'admin' }].map((change) =>
          issuer.post('/update-user', change, { Cookie: cookie }),
        ),
      )

      const identity = await issuer.verifier({}).verify(await issuer.token(cookie))

      expect([role.status, ...later.map(({ status }) => status)]).toEqual([400, 400, 400])
      expect(identity).toMatchObject({ role: 'user', claims: { ver: 1 } })
    })
  })

  it('of more sessions than Better Auth looks at has the end of every one announced', async () => {
    await withIssuer({}, async (issuer, { database }) => {
      const cookie = await issuer.signUp()
      await database.query({
        text: `insert into "session" ("id", "token", "userId", "expiresAt", "createdAt", "updatedAt")
               select 's' || n, 't' || n, u.id, now() + interval '1 day', now(), now()
               from "user" u, generate_series(1, 150) n`,
      })

      expect((await issuer.post('/revoke-sessions', {}, { Cookie: cookie })).status).toBe(200)

      const [row] = await database.query<{ count: number }>({
        text: 'select count(distinct session_id)::integer as count from countersign_revocations',
      })
      expect(row?.count).toBe(151)
    })
  })

  it('gets no token that outlives the session', async () => {
    await withIssuer({ session: { disableSessionRefresh: true } }, async (issuer, { database }) => {
      const cookie = await issuer.signUp()
      await database.query({
        text: `update "session" set "expiresAt" = now() + interval '100 seconds'`,
      })

      const { expiresIn } = (await (await issuer.refresh(cookie)).json()) as { expiresIn: number }

      expect(expiresIn).toBeGreaterThan(50)
      expect(expiresIn).toBeLessThanOrEqual(100)
    })
  })

  it('banned under another name of the column is banned all the same', async () => {
    const plugins = [admin({ schema: { user: { fields: { banned: 'is_banned' } } } })]
    await withIssuer({ plugins }, async (issuer, { database }) => {
      const cookie = await issuer.signUp()
      expect((await issuer.refresh(cookie)).status).toBe(200)

      await database.query({ text: `update "user" set is_banned = true` })

      expect((await issuer.refresh(cookie)).status).toBe(401)
      const rows = await database.query({ text: 'select reason from countersign_revocations' })
      expect(rows).toEqual([{ reason: 'user_disabled' }])
    })
  })
})

describe('a web server', () => {
  it('gets the token of its visitor without a request', async () => {
    await withIssuer({}, async (issuer) => {
      const headers = new Headers({ Cookie: await issuer.signUp() })

      const { accessToken } = await issuer.auth.api.countersignRefresh({ headers })

      await expect(issuer.verifier({}).verify(accessToken)).resolves.toMatchObject({ role: 'user' })
      await expect(
        issuer.auth.api.countersignRefresh({ headers: new Headers() }),
      ).rejects.toMatchObject({ body: { code: 'missing_token' } })
    })
  })
})
