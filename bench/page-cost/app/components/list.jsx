const ITEMS = Array.from({ length: 50 }, (_, number) => `Item ${number}`)

/** A page of usual size, for whoever it is. */
export function List({ email }) {
  return (
    <main>
      <h1>The list of {email}</h1>
      <ul>
        {ITEMS.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </main>
  )
}
