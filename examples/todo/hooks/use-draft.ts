import { type RefObject, useEffect } from 'react'

/**
 * Keeps what stands in a field through a reload or a new sign-in, in this tab only. The field keeps
 * its own value, so nothing typed before the page woke up is lost.
 */
export function useDraft(field: RefObject<HTMLInputElement | null>, place: string) {
  useEffect(() => {
    const kept = sessionStorage.getItem(place)
    if (field.current && field.current.value === '' && kept) field.current.value = kept
  }, [field, place])

  return {
    keep: () => sessionStorage.setItem(place, field.current?.value ?? ''),
    clear: () => {
      if (field.current) field.current.value = ''
      sessionStorage.removeItem(place)
    },
  }
}
