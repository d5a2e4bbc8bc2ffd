import { createServer, listen, openPostgres } from '@countersign/server'
import { answerParent } from './answer-parent.mjs'

/** Tells nobody which addresses it knows (`verify_first`), and no limit is reached. */
const database = openPostgres({ url: process.env.DATABASE_URL })
const many = 1_000_000
const server = await createServer({
  url: 'http://localhost:4400',
  webUrl: 'http://localhost:3000',
  secret: 'a root secret for benchmarks, not for use',
  audience: 'todo-api',
  database,
  signUpMode: 'verify_first',
  devMailbox: true,
  limits: {
    loginFailuresPerAccount: many,
    loginFailuresPerIp: many,
    signupsPerIp: many,
    refreshesPerSession: many,
    mailsPerAccount: many,
    mailsPerIp: many,
  },
})
const { port } = await listen(server, { port: 0, host: '127.0.0.1' })
answerParent()
process.send({ port })
