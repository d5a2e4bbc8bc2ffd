'use client'

import { useSyncExternalStore } from 'react'

/** Says that the connection is gone. Nobody is signed out by that. */
export function OfflineNote() {
  const isOnline = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <p className="offline-note" role="status">
      {!isOnline && 'You are offline. You stay signed in, and nothing you typed is lost.'}
    </p>
  )
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}
