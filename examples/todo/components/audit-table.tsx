'use client'

import { useAccountData } from '../hooks/use-account-data'
import { type AuditLine, withQuery } from '../lib/admin'
import { AuditLines } from './audit-lines'
import { FilterForm } from './filter-form'
import { ListState } from './list-state'
import { Pager } from './pager'
import { PlainField } from './plain-field'

const PATH = '/admin/audit'

interface Audit {
  readonly events: readonly AuditLine[]
  readonly next: string | null
}

/** The audit log, the newest line first, filtered and paged by the server, as the address says. */
export function AuditTable({ query }: { query: Readonly<Record<string, string>> }) {
  const { from = '', to = '', ...others } = query
  const asked = { limit: '50', ...others, from: instantOf(from), to: instantOf(to) }
  const { data, problem, load } = useAccountData<Audit>(withQuery(PATH, asked))
  return (
    <>
      <FilterForm path={PATH} label="Filter the audit log">
        <PlainField
          name="event"
          label="Event"
          placeholder="user.banned"
          defaultValue={query.event}
          spellCheck={false}
          autoCapitalize="none"
        />
        <PlainField name="user" label="Whom" placeholder="Email or id" defaultValue={query.user} />
        <PlainField name="actor" label="By" placeholder="Email or id" defaultValue={query.actor} />
        <PlainField name="from" label="From" type="datetime-local" defaultValue={from} />
        <PlainField name="to" label="To" type="datetime-local" defaultValue={to} />
      </FilterForm>
      <section className="sheet admin-sheet" aria-label="Lines" aria-busy={!data && !problem}>
        <ListState
          problem={problem}
          isLoading={!data}
          isEmpty={data?.events.length === 0}
          onRetry={load}
        />
        {data && <AuditLines events={data.events} />}
        <Pager path={PATH} query={query} next={data?.next} />
      </section>
    </>
  )
}

/** A moment of the reader's own time, as the server wants it. */
function instantOf(local: string): string {
  const time = Date.parse(local)
  return Number.isNaN(time) ? '' : new Date(time).toISOString()
}
