import type { ComponentProps, MouseEvent } from 'react'
import { navigate } from '../hooks/use-path'

/** A link within the application, without loading it anew. */
export function Link({ href, ...others }: ComponentProps<'a'> & { href: string }) {
  const onClick = (event: MouseEvent) => {
    // New tabs and downloads are the browser's business.
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey)
    if (!isPlain || event.altKey) return
    event.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={onClick} {...others} />
}
