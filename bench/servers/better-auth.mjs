import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'
import { answerParent } from './answer-parent.mjs'

/** Better Auth as its guide sets it up: sessions in PostgreSQL, no cookie cache. */
const auth = betterAuth({
  secret: 'a secret for benchmarks, not for use',
  baseURL: 'http://localhost:3000',
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
const http = createServer(toNodeHandler(auth))
http.listen(0, '127.0.0.1', () => {
  answerParent()
  process.send({ port: http.address().port })
})
