import { Tick } from './tick'

const ENTRIES = [
  ['Book the ferry for Friday', true],
  ['Water the tomatoes', true],
  ['Call Ines about the flat', false],
  ['Return two library books', false],
] as const

/** A page of the list as a picture; not a list to use, so assistive technology passes over it. */
export function SamplePage() {
  return (
    <div className="sheet sample" aria-hidden="true">
      <p className="sample-title">Today</p>
      {ENTRIES.map(([title, done]) => (
        <p className="entry" data-done={done} key={title}>
          <span className="tick-box">{done && <Tick />}</span>
          <span className="entry-title">{title}</span>
        </p>
      ))}
      <p className="sample-count">2 signed off, 2 to go</p>
    </div>
  )
}
