import type { Metadata } from 'next'
import { AuditTable } from '../../../../components/audit-table'
import { protect } from '../../../../lib/auth'
import { queryOf, type SearchParams } from '../../../../lib/search-params'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  await protect()
  return (
    <>
      <h1>Audit log</h1>
      <AuditTable query={queryOf(await searchParams)} />
    </>
  )
}
