import { useEffect, useRef } from 'react'

/**
 * Keeps the titles that the API did not take through a reload or a new sign-in, in this tab only.
 * `onRestore` gets each one that was left over, the oldest first.
 */
export function useUnsentTitles(
  place: string,
  titles: readonly string[],
  onRestore: (title: string) => void,
): void {
  const restored = useRef(false)
  const text = JSON.stringify(titles)

  useEffect(() => {
    if (!restored.current) {
      restored.current = true
      const kept = read(place)
      for (const title of kept) onRestore(title)
      if (kept.length > 0) return
    }
    if (text === '[]') sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, text)
  }, [place, text, onRestore])
}

function read(place: string): string[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(place) ?? '[]')
    return Array.isArray(value) ? value.filter((title) => typeof title === 'string') : []
  } catch {
    return []
  }
}
