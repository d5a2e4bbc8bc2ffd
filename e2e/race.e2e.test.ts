import { describe, expect, it } from 'vitest'
import { everybodyAlone } from './race/alone.js'
import { type Findings, GESTURES, type LabOptions, type Result, runLab } from './race/lab.js'
import { startSpa } from './race/spa-system.js'
import type { System } from './race/system.js'
import { startTodo } from './race/todo-system.js'

const INSTANCES = 2
const CROWD = { expiries: 3, jarUsers: 16, tabUsers: 11 }
const TIMEOUT_MS = 600_000

/** What a strict server cannot tell from theft, while ours can. */
const DEADLY = ['20 links prefetched at once', 'response lost, second try after 0.5 s']

/** What lock, single flight and broadcast save requests in. */
const SHARED = [
  'four tabs at once',
  'two tabs, 20 ms apart',
  'window of four tabs in front again',
  'laptop asleep past the expiry, two tabs',
]

describe('the race lab', () => {
  it.each([
    ['todo', () => startTodo({ instances: INSTANCES })],
    ['spa', () => startSpa({ instances: INSTANCES })],
  ])(
    'logs nobody out of the example %s, whatever its users do when a token runs out',
    async (_name, start) => {
      const { results } = await lab(start, CROWD)

      expect(results.filter(isUnmeasured).map(titleOf)).toEqual([])
      expect(results.filter(({ logouts }) => logouts > 0).map(titleOf)).toEqual([])
      expect(results.filter(isWasteful).map(titleOf)).toEqual([])
    },
    TIMEOUT_MS,
  )

  it.each([
    ['todo', () => startTodo({ instances: INSTANCES })],
    ['spa', () => startSpa({ instances: INSTANCES })],
  ])(
    'logs nobody out of the example %s without Web Lock, single flight and broadcast',
    async (_name, start) => {
      const gestures = GESTURES.filter(({ title }) => SHARED.includes(title))
      const { prepare, changedScripts } = everybodyAlone()

      const { results } = await lab(start, { ...CROWD, gestures, prepare })

      expect(results.filter(isUnmeasured).map(titleOf)).toEqual([])
      expect(results.filter(({ logouts }) => logouts > 0).map(titleOf)).toEqual([])
      expect(changedScripts()).toBeGreaterThan(0)
    },
    TIMEOUT_MS,
  )

  it(
    'would see the logouts of a server that takes every second use of a token for theft',
    async () => {
      const gestures = GESTURES.filter(({ title }) => DEADLY.includes(title))

      const { results } = await lab(() => startTodo({ instances: INSTANCES, isStrict: true }), {
        ...CROWD,
        expiries: 1,
        gestures,
      })

      expect(results.filter(({ logouts }) => logouts > 0).map(titleOf)).toEqual(DEADLY)
    },
    TIMEOUT_MS,
  )
})

async function lab(start: () => Promise<System>, options: LabOptions): Promise<Findings> {
  const findings = await runLab(start, options)
  for (const { gesture, ...found } of findings.results) {
    console.log(`${gesture.title}: ${JSON.stringify(found)}`)
  }
  return findings
}

function titleOf({ gesture }: Result): string {
  return gesture.title
}

/** A machine that is too busy is no fault of ours. */
function isUnmeasured({ expiries, late, faults }: Result): boolean {
  return faults.length > 0 || (late === 0 && expiries < CROWD.expiries)
}

/**
 * More refreshes than instances for requests that leave at once. Half of the expiries may be worse:
 * on a busy machine such requests do not arrive at once.
 */
function isWasteful({ gesture, refreshes }: Result): boolean {
  const isSimultaneous = gesture.kind === 'requests' && gesture.isSimultaneous === true
  const sorted = [...refreshes].sort((a, b) => a - b)
  return isSimultaneous && (sorted[Math.floor(sorted.length / 2)] ?? 0) > INSTANCES
}
