import { connection } from 'next/server'
import { List } from '../../components/list'

/** Drawn anew for every request, behind a proxy that does nothing. */
export default async function ProxiedPage() {
  await connection()
  return <List email="ada@example.com" />
}
