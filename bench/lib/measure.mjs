import { cpuUsage } from 'node:process'

/** @typedef {{ name: string, base?: boolean, run: (times: number) => void | Promise<void> }} Candidate */
/** @typedef {{ name: string, perCpuSecond: number, microseconds: number, ratio: number }} Measured */

const ROUNDS = 7
const ROUND_MS = 120

/**
 * Runs candidates in turn, round after round, and counts CPU time: what else the machine does then
 * disturbs all of them alike. Ratios are taken within a round; both figures are medians.
 * @param {readonly Candidate[]} candidates the one marked `base` is what ratios refer to
 * @returns {Promise<Measured[]>}
 */
export async function compare(candidates) {
  const times = new Map()
  for (const candidate of candidates) times.set(candidate, await calibrate(candidate))
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const costs = new Map()
    for (const candidate of candidates) {
      costs.set(candidate, await cost(candidate, times.get(candidate)))
    }
    rounds.push(costs)
  }
  const base = candidates.find((candidate) => candidate.base) ?? candidates[0]
  return candidates.map((candidate) => {
    const microseconds = median(rounds.map((costs) => costs.get(candidate)))
    const ratio = median(rounds.map((costs) => costs.get(base) / costs.get(candidate)))
    return { name: candidate.name, perCpuSecond: 1e6 / microseconds, microseconds, ratio }
  })
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value that so many percent do not exceed. @param {readonly number[]} numbers @param {number} part */
export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((part / 100) * sorted.length) - 1)]
}

/** Warms up, and finds how often a round runs a candidate. @param {Candidate} candidate */
async function calibrate(candidate) {
  let times = 8
  for (;;) {
    const began = performance.now()
    await candidate.run(times)
    const elapsed = performance.now() - began
    if (elapsed >= ROUND_MS) return Math.ceil((times * ROUND_MS) / elapsed)
    times *= 2
  }
}

/** Microseconds of CPU, of all threads, for one run. @param {Candidate} candidate @param {number} times */
async function cost(candidate, times) {
  const before = cpuUsage()
  await candidate.run(times)
  const { user, system } = cpuUsage(before)
  return (user + system) / times
}
