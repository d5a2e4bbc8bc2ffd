import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { build, startChild } from './child-process.js'
import { emptyPostgres } from './databases.js'
import { openMailSink } from './mail-sink.js'
import { newEmail, PASSWORD } from './server-fixture.js'

const PATIENCE = 120_000

/** A port of a mail server that takes connections and then says nothing. */
async function silentMailServer() {
  const server = createServer((socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, connected: once(server, 'connection'), close: () => server.close() }
}

it(
  'sends after a restart what a process had taken when it was killed',
  async () => {
    await build()
    const { url, drop } = await emptyPostgres()
    const silent = await silentMailServer()
    const serve = (smtpUrl: string) =>
      startChild(`
        import { createServer, listen, openPostgres } from '$dist/index.js'
        const database = openPostgres({ url: ${JSON.stringify(url)} })
        const server = await createServer({
          url: 'http://localhost:4400', secret: 'abcdefghijklmnopqrstuvwxyz0123456789',
          audience: 'todo-api', database, webUrl: 'http://localhost:3000',
          mail: { smtpUrl: '${smtpUrl}', from: 'no-reply@example.com' }, signUpMode: 'instant',
        })
        const { port } = await listen(server, { port: 0, host: '127.0.0.1' })
        console.log(port)
        process.stdin.resume().on('end', () => process.exit(0))
      `)

    const email = newEmail()
    const first = serve(`smtp://127.0.0.1:${silent.port}`)
    await fetch(`http://127.0.0.1:${await first.line()}/api/auth/signup`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    })
    await silent.connected
    await first.kill()
    silent.close()
    const database = openPostgres({ url })
    // As if the lease of the dead process had run out.
    await database.query({ text: 'update countersign_mail set due_at = clock_timestamp()' })
    await database.close()
    const sink = await openMailSink()
    const second = serve(sink.url)

    const [mail] = await sink.received(1)
    expect(mail?.envelope).toEqual([email])

    await second.finish()
    await sink.close()
    await drop()
  },
  PATIENCE,
)
