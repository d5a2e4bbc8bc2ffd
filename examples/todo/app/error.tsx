'use client'

/** For what nobody foresaw. Says nothing about the cause; the server's log does. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="gate">
      <section className="sheet gate-sheet" role="alert">
        <h1>Something went wrong</h1>
        <p>It is our fault, not yours. Nothing you saved is lost.</p>
        <button type="button" className="button" onClick={reset}>
          Try again
        </button>
      </section>
    </main>
  )
}
