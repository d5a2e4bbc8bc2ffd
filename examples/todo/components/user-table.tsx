'use client'

import Link from 'next/link'
import { useAccountData } from '../hooks/use-account-data'
import { type ListedUser, withQuery } from '../lib/admin'
import { relativeTime } from '../lib/relative-time'
import { ChoiceField } from './choice-field'
import { FilterForm } from './filter-form'
import { ListState } from './list-state'
import { Pager } from './pager'
import { PlainField } from './plain-field'

const PATH = '/admin/users'
const ROLES = [
  ['', 'Any role'],
  ['user', 'user'],
  ['admin', 'admin'],
] as const
const STATES = [
  ['', 'All'],
  ['false', 'Not banned'],
  ['true', 'Banned'],
] as const
const SORTS = [
  ['', 'Newest first'],
  ['created', 'Oldest first'],
  ['email', 'Email, A to Z'],
  ['-email', 'Email, Z to A'],
] as const

interface Users {
  readonly users: readonly ListedUser[]
  readonly next: string | null
}

/** The users; searched, sorted and paged by the server, as the address says. */
export function UserTable({ query }: { query: Readonly<Record<string, string>> }) {
  const { data, problem, load } = useAccountData<Users>(withQuery(PATH, { limit: '25', ...query }))
  const { role = '', banned = '', sort = '' } = query
  return (
    <>
      <FilterForm path={PATH} label="Filter users">
        <PlainField
          name="query"
          label="Search"
          type="search"
          placeholder="Email or name"
          defaultValue={query.query}
        />
        <ChoiceField name="role" label="Role" value={role} choices={ROLES} />
        <ChoiceField name="banned" label="State" value={banned} choices={STATES} />
        <ChoiceField name="sort" label="Order" value={sort} choices={SORTS} />
      </FilterForm>
      <section className="sheet admin-sheet" aria-label="Users" aria-busy={!data && !problem}>
        <ListState
          problem={problem}
          isLoading={!data}
          isEmpty={data?.users.length === 0}
          onRetry={load}
        />
        <ul className="admin-list">
          {data?.users.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </ul>
        <Pager path={PATH} query={query} next={data?.next} />
      </section>
    </>
  )
}

function UserRow({ user }: { user: ListedUser }) {
  const { id, email, name, role, banned, lastSeenAt, sessions = 0 } = user
  const seen = lastSeenAt ? relativeTime(Date.parse(lastSeenAt), Date.now()) : 'never'
  return (
    <li>
      <p className="admin-who">
        <Link href={`${PATH}/${encodeURIComponent(id)}`}>{email}</Link>
        <span className="admin-note">
          {name && `${name} · `}seen {seen} · {sessions} {sessions === 1 ? 'session' : 'sessions'}
        </span>
      </p>
      <p className="admin-marks">
        {banned && <span className="badge badge-danger">banned</span>}
        <span className="badge">{role}</span>
      </p>
    </li>
  )
}
