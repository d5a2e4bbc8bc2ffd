import type { ReactNode } from 'react'
import { Panel } from './panel.js'

interface LinkFaultProps {
  /** Whether there was no one-time value at all, as when a mail program broke the line. */
  readonly isMissing: boolean
  readonly texts: Readonly<
    Record<'linkMissingTitle' | 'linkMissing' | 'linkInvalidTitle' | 'linkInvalid', string>
  >
  /** The way on. */
  readonly children?: ReactNode
}

/** A link of a mail that does not work: not complete, used before, or too old. */
export function LinkFault({ isMissing, texts, children }: LinkFaultProps) {
  return (
    <Panel title={isMissing ? texts.linkMissingTitle : texts.linkInvalidTitle}>
      <p>{isMissing ? texts.linkMissing : texts.linkInvalid}</p>
      {children}
    </Panel>
  )
}
