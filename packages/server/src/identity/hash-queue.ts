import { availableParallelism } from 'node:os'

/** Thrown when a hash would have to wait too long. Becomes 503 with `Retry-After`. */
export class HashQueueFull extends Error {
  override readonly name = 'HashQueueFull'
  /** Seconds after which a place is likely. */
  readonly retryAfterSeconds = 2
}

export interface HashQueueOptions {
  /** Hashes computed at once. Leaves a thread of the pool for DNS and files. */
  readonly concurrency?: number
  /** Callers that may wait for each running hash. */
  readonly waitersPerSlot?: number
  readonly maxWaitSeconds?: number
}

export type HashQueue = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Bounds what passwords may cost: memory is 19 MiB times `concurrency`, and who cannot be served
 * soon is told so at once instead of piling up.
 */
export function createHashQueue(options: HashQueueOptions = {}): HashQueue {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  const concurrency =
    options.concurrency ?? Math.max(1, Math.min(availableParallelism(), threads - 1))
  const maxWaiting = concurrency * (options.waitersPerSlot ?? 20)
  const maxWaitMs = (options.maxWaitSeconds ?? 2) * 1000
  const waiting: Array<() => void> = []
  let running = 0

  const enter = (): Promise<void> => {
    if (running < concurrency) {
      running += 1
      return Promise.resolve()
    }
    if (waiting.length >= maxWaiting) return Promise.reject(new HashQueueFull())
    return waitInLine(waiting, maxWaitMs)
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

function waitInLine(waiting: Array<() => void>, maxWaitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const admit = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(admit), 1)
      reject(new HashQueueFull())
    }, maxWaitMs)
    waiting.push(admit)
  })
}
