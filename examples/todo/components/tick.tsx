/** The tick of a finished task, drawn like a signature. */
export function Tick() {
  return (
    <svg className="tick" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M5 13.2c1.5.4 2.6 1.7 3.3 3.5 1.7-4.7 4-8 6.9-9.9 1.3-.8 2.2-.4 1.8.8-.7 2.2-3.2 4.7-6 6.3 1.7-.7 3.2-.8 3.5.1.3 1-.7 1.8.2 2.2.8.3 2-.6 3.2-1.8" />
    </svg>
  )
}
