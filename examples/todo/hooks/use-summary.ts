import { useState } from 'react'
import { REQUEST_TIMEOUT_MS } from '../lib/request-problem'
import type { TaskCounts } from '../lib/task'

/** The counts of the overview; `refresh` asks for all three at once. */
export function useSummary(initial: TaskCounts | null) {
  const [counts, setCounts] = useState(initial)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)

  const refresh = async () => {
    if (busy) return
    setBusy(true)
    try {
      const [open, done, total] = await Promise.all([ask('open'), ask('done'), ask('total')])
      setCounts({ open, done, total })
      setFailed(false)
    } catch {
      setFailed(true)
    }
    setBusy(false)
  }
  return { counts, busy, failed, refresh }
}

async function ask(part: keyof TaskCounts): Promise<number> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  const response = await fetch(`/api/summary/${part}`, { cache: 'no-store', signal })
  if (!response.ok) throw new Error(`summary answered ${response.status}`)
  const { count } = (await response.json()) as { count: number }
  return count
}
