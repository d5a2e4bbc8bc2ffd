import type { Metadata } from 'next'
import { UserPage } from '../../../../../components/user-page'
import { protect } from '../../../../../lib/auth'

export const metadata: Metadata = { title: 'User' }

interface UserParams {
  readonly params: Promise<{ readonly id: string }>
}

export default async function AdminUserPage({ params }: UserParams) {
  const { user } = await protect()
  const { id } = await params
  return <UserPage id={decodeURIComponent(id)} isOwn={user.id === id} />
}
