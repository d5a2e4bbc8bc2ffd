import { useClient } from '@countersign/client/react'
import { useCallback, useEffect, useState } from 'react'
import { askAccount } from '../lib/account-api'

/** What an account route answers, with what went wrong instead; `load` asks again. */
export function useAccountData<T>(path: string) {
  const client = useClient()
  const [data, setData] = useState<T>()
  /** Code of the problem. */
  const [problem, setProblem] = useState<string>()

  const load = useCallback(async () => {
    setProblem(undefined)
    const answer = await askAccount<T>(path)
    if (!answer.problem) return setData(answer.value)
    setProblem(answer.problem.code)
    // A session that has ended is left by whoever watches it.
    if (answer.problem.code === 'session_ended') await client.refresh().catch(() => {})
  }, [path, client])

  useEffect(() => {
    setData(undefined)
    void load()
  }, [load])
  return { data, problem, load, setData }
}
