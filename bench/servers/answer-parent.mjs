import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Lets the measuring process ask this one for its CPU time and event-loop delay, and for whatever
 * else `questions` knows.
 * @param {Record<string, (argument: any) => unknown>} [questions]
 */
export function answerParent(questions = {}) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const known = {
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
    watchDelay: () => {
      delay.reset()
      delay.enable()
    },
    delayMilliseconds: () => ({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6 }),
    ...questions,
  }
  process.on('message', async ({ id, question, argument }) => {
    process.send?.({ id, answer: await known[question]?.(argument) })
  })
  process.on('disconnect', () => process.exit(0))
}
