import type { PlainForm } from './plain-form.js'

interface PlainFieldsProps {
  readonly plain: PlainForm | undefined
  /** What to say where there are no scripts and no way without them. */
  readonly needsScripts: string
}

/** What a form holds for pages without scripts. */
export function PlainFields({ plain, needsScripts }: PlainFieldsProps) {
  if (!plain) {
    return (
      <noscript>
        <p className="cs-note">{needsScripts}</p>
      </noscript>
    )
  }
  return Object.entries(plain.fields ?? {}).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ))
}
