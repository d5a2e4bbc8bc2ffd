/** A page whose data could not be fetched, with the way to try again. */
export function LoadError({ title, path }: { title: string; path: string }) {
  return (
    <>
      <h1>{title}</h1>
      <div className="sheet empty" role="alert">
        <p className="empty-title">Your tasks could not be loaded.</p>
        <p>The task service does not answer just now. Nothing is lost.</p>
        {/* A plain link: it asks the server again, also without scripts. */}
        <a className="button" href={path}>
          Try again
        </a>
      </div>
    </>
  )
}
