import { type RefObject, useEffect, useState } from 'react'

/** Shows and hides a password without losing the caret; hidden again when its form is sent. */
export function useShownPassword(input: RefObject<HTMLInputElement | null>) {
  const [isShown, setIsShown] = useState(false)

  useEffect(() => {
    const form = input.current?.form
    const hide = () => setIsShown(false)
    form?.addEventListener('submit', hide)
    return () => form?.removeEventListener('submit', hide)
  }, [input])

  const toggle = () => {
    const field = input.current
    const caret = field && ([field.selectionStart, field.selectionEnd] as const)
    setIsShown((shown) => !shown)
    requestAnimationFrame(() => {
      if (!field || !caret) return
      field.focus()
      field.setSelectionRange(...caret)
    })
  }
  return { isShown, toggle }
}
