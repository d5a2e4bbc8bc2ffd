import { type RefObject, useEffect, useRef } from 'react'

/**
 * Names the page in the tab and, once another one is shown, moves the focus to it: a screen reader
 * would not notice otherwise, and the next press of Tab would begin anywhere.
 */
export function usePageChange(title: string, main: RefObject<HTMLElement | null>): void {
  const shown = useRef<string>(undefined)
  useEffect(() => {
    document.title = `${title} · Daybook`
    if (shown.current !== undefined && shown.current !== title) main.current?.focus()
    shown.current = title
  }, [title, main])
}
