import { createServer } from 'node:http'
import pg from 'pg'
import { answerParent } from './answer-parent.mjs'

/** No auth at all: one trivial prepared statement and an answer of the size of a session. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const text = 'select $1::text as a, $2::integer as b, clock_timestamp() as c'
const body = JSON.stringify({ padding: 'x'.repeat(900) })
const http = createServer(async (incoming, outgoing) => {
  for await (const _ of incoming);
  await pool.query({ name: 'floor', text, values: ['a', 1] })
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end(body)
})
http.listen(0, '127.0.0.1', () => {
  answerParent()
  process.send({ port: http.address().port })
})
