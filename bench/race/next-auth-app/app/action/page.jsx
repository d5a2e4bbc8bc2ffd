import { auth } from '../../auth'

async function act() {
  'use server'
  await auth()
}

export default function ActionPage() {
  return (
    <form action={act}>
      <input name="title" />
      <button type="submit">Send</button>
    </form>
  )
}
