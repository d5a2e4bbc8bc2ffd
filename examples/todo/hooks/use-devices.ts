import { useClient } from '@countersign/client/react'
import { useCallback, useEffect, useState } from 'react'
import type { Device } from '../lib/device'
import { problemOf, REQUEST_TIMEOUT_MS } from '../lib/request-problem'
import { useSignedIn } from './use-signed-in'

/** The devices a user is signed in on, and how to sign them out. */
export function useDevices() {
  const client = useClient()
  const sessionsUrl = `${useSignedIn().authUrl}/api/auth/sessions`
  const [devices, setDevices] = useState<readonly Device[]>()
  const [problem, setProblem] = useState<string>()
  /** Id of the session that is being ended; `others` for all but this one. */
  const [ending, setEnding] = useState<string>()

  /** Whether it worked. A session that has ended meanwhile is left by whoever watches it. */
  const run = useCallback(
    async (failure: string, job: () => Promise<void>): Promise<boolean> => {
      setProblem(undefined)
      try {
        await job()
        return true
      } catch (error) {
        if (error instanceof SignedOutError) await client.refresh().catch(() => {})
        setProblem(failure)
        return false
      }
    },
    [client],
  )

  const load = useCallback(
    () =>
      run('Your devices could not be loaded.', async () => {
        const { sessions } = (await (await send('GET', sessionsUrl)).json()) as {
          sessions: Device[]
        }
        setDevices(sessions.toSorted(currentFirst))
      }),
    [run, sessionsUrl],
  )
  useEffect(() => void load(), [load])

  const end = async (url: string, id: string, keep: (device: Device) => boolean) => {
    if (ending) return
    setEnding(id)
    const ended = await run('That did not work. Please try again.', async () => {
      await send('DELETE', url)
    })
    if (ended) setDevices((list) => list?.filter(keep))
    setEnding(undefined)
  }

  return {
    devices,
    problem,
    ending,
    load,
    endOne: (id: string) => end(`${sessionsUrl}/${id}`, id, (device) => device.id !== id),
    endOthers: () => end(sessionsUrl, 'others', (device) => device.current),
  }
}

export type Devices = ReturnType<typeof useDevices>

class SignedOutError extends Error {}

async function send(method: string, url: string): Promise<Response> {
  const response = await fetch(url, {
    method,
    credentials: 'include',
    headers: { 'X-Countersign': '1' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  })
  if (response.ok) return response
  if (response.status === 401) throw new SignedOutError()
  throw new Error((await problemOf(response)).code)
}

function currentFirst(one: Device, other: Device): number {
  if (one.current !== other.current) return one.current ? -1 : 1
  return other.lastSeenAt.localeCompare(one.lastSeenAt)
}
