import { createServer, listen, openPostgres } from '@countersign/server'
import { answerParent } from './answer-parent.mjs'

/** Every refresh rotates (no coalescing), and no limit is reached: the most work a refresh can be. */
const database = openPostgres({ url: process.env.DATABASE_URL })
const many = 1_000_000
const { API_CLIENT_ID: id, API_CLIENT_SECRET: secret } = process.env
const server = await createServer({
  url: 'http://localhost:4400',
  secret: 'a root secret for benchmarks, not for use',
  audience: 'todo-api',
  algorithm: 'EdDSA',
  database,
  clients: id && secret ? [{ id, secret, scopes: ['revocations:read'] }] : [],
  session: { graceSeconds: 0, coalesceSeconds: 0 },
  limits: {
    loginFailuresPerAccount: many,
    loginFailuresPerIp: many,
    signupsPerIp: many,
    refreshesPerSession: many,
  },
})
const { port } = await listen(server, { port: 0, host: '127.0.0.1' })
answerParent()
process.send({ port })
