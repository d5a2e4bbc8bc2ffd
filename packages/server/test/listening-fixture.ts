import type { Database } from '../src/database/database.js'
import { listen } from '../src/listen.js'
import type { ServerOptions } from '../src/options.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { serverOptions } from './server-fixture.js'

/** A server over HTTP. Its public address has the port, unless one is given. */
export async function listeningServer(database: Database, given: Partial<ServerOptions> = {}) {
  let server: CountersignServer | undefined
  const unready = () => new Response(null, { status: 503 })
  const listening = await listen(
    {
      fetch: async (...call) => (await server?.fetch(...call)) ?? unready(),
      lane: (...call) => server?.lane?.(...call) ?? false,
      close: async () => server?.close(),
    },
    { port: 0, host: '127.0.0.1' },
  )
  const address = `http://127.0.0.1:${listening.port}`
  server = await createServer(serverOptions(database, { url: address, ...given }))
  return { server, address, base: `${address}/api/auth`, close: listening.close }
}
