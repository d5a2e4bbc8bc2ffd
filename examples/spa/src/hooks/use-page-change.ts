import { type RefObject, useEffect } from 'react'

/** Of the page that this tab has shown last, whichever component showed it. */
let shown: string | undefined

/**
 * Names the page in the tab and, once another one is shown, moves the focus to it: a screen reader
 * would not notice otherwise, and the next press of Tab would begin anywhere.
 */
export function usePageChange(title: string, main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    document.title = `${title} · Daybook`
    if (shown !== undefined && shown !== title) main.current?.focus()
    shown = title
  }, [title, main])
}
