import type { Metadata } from 'next'
import { connection } from 'next/server'
import { ConfirmAddress } from '../../../components/confirm-address'
import { apiUrl } from '../../../lib/api-url'

export const metadata: Metadata = { title: 'Confirm your new address', referrer: 'no-referrer' }

/** Where the link of a mail leads. Its one-time value is behind the "#" and never comes here. */
export default async function ConfirmEmailPage() {
  // Rendered per request, so that the scripts carry the nonce of its answer.
  await connection()
  return (
    <section className="sheet gate-sheet">
      <h1>Confirm your new address</h1>
      <ConfirmAddress apiUrl={apiUrl()} of="change" />
    </section>
  )
}
