import { useCallback, useEffect, useState } from 'react'

/** Whole seconds until a wait is over, counted down; 0 when there is none. `onEnd` must be stable. */
export function useCountdown(onEnd?: () => void) {
  const [endsAt, setEndsAt] = useState<number>()
  const [secondsLeft, setSecondsLeft] = useState(0)
  const [total, setTotal] = useState(0)

  useEffect(() => {
    if (endsAt === undefined) return
    const tick = () => {
      const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))
      setSecondsLeft(left)
      if (left > 0) return
      setEndsAt(undefined)
      onEnd?.()
    }
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [endsAt, onEnd])

  const start = useCallback((seconds: number) => {
    setTotal(Math.ceil(seconds))
    setSecondsLeft(Math.ceil(seconds))
    setEndsAt(performance.now() + seconds * 1000)
  }, [])
  return { secondsLeft, total, start }
}
