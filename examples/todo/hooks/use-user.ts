import { useState } from 'react'
import { askAccount } from '../lib/account-api'
import { adminSentence, type UserDetail } from '../lib/admin'
import { useAccountData } from './use-account-data'

/** Something to do to a user. */
export interface UserAct {
  readonly method: 'PATCH' | 'DELETE' | 'POST'
  /** Below the user, such as `/sessions`. */
  readonly path?: string
  readonly body?: object
  /** What is said when it is done. */
  readonly done: string
}

/** Whether it was done. */
export type Act = (act: UserAct) => Promise<boolean>

/** A user of the admin routes, and what is done to them; afterwards they are shown as they are then. */
export function useUser(id: string) {
  const path = `/admin/users/${encodeURIComponent(id)}`
  const { data, problem, load } = useAccountData<UserDetail>(path)
  const [done, setDone] = useState<string>()
  const [failure, setFailure] = useState<string>()

  const act: Act = async ({ method, path: below = '', body, done }) => {
    setDone(undefined)
    setFailure(undefined)
    const { problem } = await askAccount(path + below, { method, ...(body && { body }) })
    if (problem) setFailure(adminSentence(problem.code))
    else setDone(done)
    await load()
    return !problem
  }
  return { data, problem, load, done, failure, act }
}
