import { useCallback, useEffect, useState } from 'react'

/** Loads something when the page is shown; `load` tries again after a problem. */
export function useLoaded<T>(ask: () => Promise<T>) {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<string>()
  const load = useCallback(() => {
    setProblem(undefined)
    ask().then(setValue, (error: Error) => setProblem(error.message))
  }, [ask])
  useEffect(load, [load])
  return { value, problem, load }
}
