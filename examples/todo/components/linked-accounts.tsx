'use client'

import { useState } from 'react'
import { useAccountData } from '../hooks/use-account-data'
import { askAccount } from '../lib/account-api'
import { errorSentence } from '../lib/sentences'

interface Linked {
  readonly accounts: readonly { readonly id: string; readonly provider: string }[]
}

/** The accounts elsewhere by which the user can sign in. Not there where the server has none. */
export function LinkedAccounts() {
  const { data, setData } = useAccountData<Linked>('/accounts')
  const [problem, setProblem] = useState<string>()
  if (!data || data.accounts.length === 0) return null

  const unlink = async (id: string) => {
    const answer = await askAccount(`/accounts/${id}`, { method: 'DELETE' })
    setProblem(answer.problem && errorSentence(answer.problem.code))
    if (!answer.problem) setData({ accounts: data.accounts.filter((one) => one.id !== id) })
  }
  return (
    <section className="sheet account-part" aria-labelledby="linked-title">
      <h2 id="linked-title">Linked accounts</h2>
      <ul className="admin-list">
        {data.accounts.map(({ id, provider }) => (
          <li key={id}>
            <span>{provider}</span>
            <button type="button" className="button button-quiet" onClick={() => unlink(id)}>
              Unlink {provider}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert">{problem}</p>
    </section>
  )
}
