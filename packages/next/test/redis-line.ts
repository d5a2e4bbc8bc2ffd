import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'

export const { TEST_REDIS_URL } = process.env

/** Connections to the Redis of the tests, which can be cut, and keys that go when it is closed. */
export interface RedisLine {
  readonly prefix: string
  /** Where another process finds it. */
  readonly url: string
  readonly connect: () => Redis
  /** Cuts every connection and takes no new one. */
  readonly cut: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

export async function openRedisLine(): Promise<RedisLine> {
  const { hostname, port } = new URL(String(TEST_REDIS_URL))
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((inside) => {
    if (isCut) return inside.destroy()
    const outside = connect(Number(port), hostname)
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        inside.destroy()
        outside.destroy()
      })
    }
    inside.pipe(outside).pipe(inside)
    return undefined
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  const prefix = `countersign-test-${randomUUID()}:`
  const clients: Redis[] = []
  return {
    ...{ prefix, url },
    connect: () => {
      const redis = new Redis(url, { retryStrategy: () => 50 })
      redis.on('error', () => {})
      clients.push(redis)
      return redis
    },
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      for (const client of clients) client.disconnect()
      const own = new Redis(String(TEST_REDIS_URL))
      const names = await own.keys(`${prefix}*`)
      if (names.length > 0) await own.del(...names)
      own.disconnect()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
