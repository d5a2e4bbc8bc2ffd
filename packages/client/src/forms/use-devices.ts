import { useCallback, useEffect, useRef, useState } from 'react'
import type { FormActions, SignedInDevice } from './form-actions.js'
import { withDeadline } from './with-deadline.js'

export type DeviceActions = Pick<
  FormActions,
  'listSessions' | 'revokeSession' | 'revokeOtherSessions'
>

interface DeviceTexts {
  readonly devicesFailed: string
  readonly failed: string
}

/** The devices a user is signed in on, and how to sign them out, one at a time. */
export function useDevices(actions: DeviceActions, texts: DeviceTexts) {
  const [devices, setDevices] = useState<readonly SignedInDevice[]>()
  const [problem, setProblem] = useState<string>()
  /** Id of the session that is being ended; `others` for all but this one. */
  const [ending, setEnding] = useState<string>()
  // Actions are often made anew with every drawing, which is no reason to load again.
  const latest = useRef({ actions, texts })
  latest.current = { actions, texts }

  const load = useCallback(async () => {
    setProblem(undefined)
    try {
      const found = await withDeadline(latest.current.actions.listSessions())
      setDevices([...found].sort(currentFirst))
    } catch {
      setProblem(latest.current.texts.devicesFailed)
    }
  }, [])
  useEffect(() => void load(), [load])

  const end = async (id: string, job: Promise<void>, keep: (device: SignedInDevice) => boolean) => {
    setEnding(id)
    setProblem(undefined)
    try {
      await withDeadline(job)
      setDevices((list) => list?.filter(keep))
    } catch {
      setProblem(texts.failed)
    }
    setEnding(undefined)
  }

  return {
    devices,
    problem,
    ending,
    load,
    endOne: (id: string) =>
      ending ? undefined : end(id, actions.revokeSession(id), (device) => device.id !== id),
    endOthers: () =>
      ending ? undefined : end('others', actions.revokeOtherSessions(), ({ current }) => current),
  }
}

function currentFirst(one: SignedInDevice, other: SignedInDevice): number {
  if (one.current !== other.current) return one.current ? -1 : 1
  return other.lastSeenAt.localeCompare(one.lastSeenAt)
}
