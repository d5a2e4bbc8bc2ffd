import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { checkDatabaseUrl } from '../lib/database-url.mjs'
import { freePort } from '../lib/ports.mjs'

describe('checkDatabaseUrl', () => {
  it('accepts an address where something answers', async () => {
    const server = createServer((socket) => socket.end())
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))

    const checked = checkDatabaseUrl(`postgres://ada:secret@127.0.0.1:${port}/app`)

    await expect(checked).resolves.toBeUndefined()
    server.close()
  })

  it('refuses an address where nothing answers, without naming the password', async () => {
    const port = await freePort()

    const checked = checkDatabaseUrl(`postgres://ada:secret@127.0.0.1:${port}/app`)

    await expect(checked).rejects.toThrow(
      `No database answers at 127.0.0.1:${port}: start it, or unset DATABASE_URL to use the embedded one.`,
    )
  })

  it('leaves a Unix socket to the processes', async () => {
    await expect(checkDatabaseUrl('postgres:///app?host=/var/run')).resolves.toBeUndefined()
  })

  it.each(['', 'database', 'mysql://localhost/app', 'https://localhost'])(
    'refuses %j',
    async (text) => {
      await expect(checkDatabaseUrl(text)).rejects.toThrow('DATABASE_URL must look like')
    },
  )
})
