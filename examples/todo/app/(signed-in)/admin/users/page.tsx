import type { Metadata } from 'next'
import { UserTable } from '../../../../components/user-table'
import { protect } from '../../../../lib/auth'
import { queryOf, type SearchParams } from '../../../../lib/search-params'

export const metadata: Metadata = { title: 'Users' }

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  await protect()
  return (
    <>
      <h1>Users</h1>
      <UserTable query={queryOf(await searchParams)} />
    </>
  )
}
