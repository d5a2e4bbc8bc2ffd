import { useSyncExternalStore } from 'react'

/** False on the server and in the first drawing, which must be the same; then true. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  )
}
