import { describe, expect, it, vi } from 'vitest'
import { createHashQueue, HashQueueFull } from '../src/identity/hash-queue.js'

/** Work that ends when it is told to. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), work: () => opened }
}

const settled = async (promise: Promise<unknown>) => {
  const pending = Symbol('pending')
  const first = await Promise.race([promise.catch((error) => error), Promise.resolve(pending)])
  return first !== pending
}

describe('createHashQueue', () => {
  it('gives back what the work gives', async () => {
    const queue = createHashQueue({ concurrency: 1 })

    expect(await queue(async () => 7)).toBe(7)
    await expect(queue(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await queue(async () => 8)).toBe(8)
  })

  it('runs no more at once than it may', async () => {
    const queue = createHashQueue({ concurrency: 2 })
    const gates = [gate(), gate(), gate()]
    let running = 0
    let most = 0
    const all = gates.map(({ work }) =>
      queue(async () => {
        running += 1
        most = Math.max(most, running)
        await work()
        running -= 1
      }),
    )

    for (const { open } of gates) open()
    await Promise.all(all)

    expect(most).toBe(2)
  })

  it('serves those who wait in their order', async () => {
    const queue = createHashQueue({ concurrency: 1 })
    const order: number[] = []
    const jobs = [1, 2, 3, 4].map((job) => queue(async () => void order.push(job)))

    await Promise.all(jobs)

    expect(order).toEqual([1, 2, 3, 4])
  })

  it('refuses at once when too many wait, and takes the next when there is room', async () => {
    const queue = createHashQueue({ concurrency: 1, waitersPerSlot: 1 })
    const { open, work } = gate()
    const running = queue(work)
    const waiting = queue(async () => 'waited')

    const refused = queue(async () => 'never')

    await expect(refused).rejects.toBeInstanceOf(HashQueueFull)
    await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 2 })
    open()
    await running
    expect(await waiting).toBe('waited')
    expect(await queue(async () => 'later')).toBe('later')
  })

  it('refuses who waited too long, and does not lose the place of the next', async () => {
    vi.useFakeTimers()
    try {
      const queue = createHashQueue({ concurrency: 1, maxWaitSeconds: 2 })
      const { open, work } = gate()
      const running = queue(work)
      const late = queue(async () => 'never')
      const refused = expect(late).rejects.toBeInstanceOf(HashQueueFull)
      await vi.advanceTimersByTimeAsync(1999)
      expect(await settled(late)).toBe(false)
      const next = queue(async () => 'next')

      await vi.advanceTimersByTimeAsync(1)
      await refused
      open()
      await running

      expect(await next).toBe('next')
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(['', 'many', '0', '1', undefined])(
    'has room when the size of the thread pool is "%s"',
    async (size) => {
      vi.stubEnv('UV_THREADPOOL_SIZE', size)
      try {
        const queue = createHashQueue({ maxWaitSeconds: 1 })

        expect(await queue(async () => 'done')).toBe('done')
      } finally {
        vi.unstubAllEnvs()
      }
    },
  )
})
