import type { Metadata } from 'next'
import { connection } from 'next/server'
import { Brand } from '../components/brand'

export const metadata: Metadata = { title: 'Not found' }

export default async function NotFound() {
  // Rendered per request, so that the scripts carry the nonce of its answer.
  await connection()
  return (
    <>
      <header className="site-header">
        <Brand href="/" />
      </header>
      <main className="gate">
        <section className="sheet gate-sheet">
          <h1>This page is blank</h1>
          <p>There is nothing at this address.</p>
          <a className="button" href="/">
            Back to Daybook
          </a>
        </section>
      </main>
    </>
  )
}
