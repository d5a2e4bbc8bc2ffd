import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False on the server and in the first drawing, which must be the same; then true. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
