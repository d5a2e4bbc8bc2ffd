import { type ReactNode, useEffect, useRef } from 'react'

interface PanelProps {
  readonly title: string
  readonly children?: ReactNode
}

/** What comes instead of a form that has done its work; its title gets the focus, and is read out. */
export function Panel({ title, children }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className="cs-panel">
      <h2 ref={heading} className="cs-title" tabIndex={-1}>
        {title}
      </h2>
      {children}
    </div>
  )
}
