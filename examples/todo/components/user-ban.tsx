'use client'

import type { FormEvent } from 'react'
import type { Act } from '../hooks/use-user'
import type { ListedUser } from '../lib/admin'
import { ConfirmedButton } from './confirmed-button'
import { ExactTime } from './exact-time'
import { PlainField } from './plain-field'

interface UserBanProps {
  readonly user: ListedUser
  readonly act: Act
}

/** Shuts a user out, with a reason and until a day, or lets them in again. */
export function UserBan({ user, act }: UserBanProps) {
  return (
    <section className="sheet admin-sheet" aria-labelledby="ban-title">
      <h2 id="ban-title">Ban</h2>
      {user.banned ? <Banned user={user} act={act} /> : <BanForm user={user} act={act} />}
    </section>
  )
}

function Banned({ user, act }: UserBanProps) {
  return (
    <>
      <p>
        Banned{' '}
        {user.banExpiresAt ? (
          <>
            until <ExactTime at={user.banExpiresAt} />
          </>
        ) : (
          'without an end'
        )}
        {user.banReason && `: ${user.banReason}`}
      </p>
      <ConfirmedButton
        label="Lift the ban"
        question={`Yes, let ${user.email} in again`}
        onConfirm={() =>
          act({
            method: 'PATCH',
            body: { banned: false },
            done: `${user.email} can sign in again.`,
          })
        }
      />
    </>
  )
}

function BanForm({ user, act }: UserBanProps) {
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const reason = String(fields.get('reason')).trim()
    const until = Date.parse(String(fields.get('until')))
    const body = {
      banned: true,
      banReason: reason || null,
      banExpiresAt: Number.isNaN(until) ? null : new Date(until).toISOString(),
    }
    void act({ method: 'PATCH', body, done: `${user.email} is banned and signed out.` })
  }
  return (
    <form className="filters" method="post" aria-label="Ban" onSubmit={onSubmit}>
      <PlainField name="reason" label="Reason" required maxLength={500} />
      <PlainField name="until" label="Until (optional)" type="datetime-local" />
      <button type="submit" className="button button-danger" aria-label={`Ban ${user.email}`}>
        Ban
      </button>
    </form>
  )
}
