import { connection } from 'next/server'
import { List } from '../../components/list'

/** Drawn anew for every request, for nobody in particular. */
export default async function PlainPage() {
  await connection()
  return <List email="ada@example.com" />
}
