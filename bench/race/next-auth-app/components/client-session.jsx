'use client'

import { SessionProvider, useSession } from 'next-auth/react'

/** The session as the browser knows it: it asks for `/api/auth/session` once the page is there. */
export function ClientSession() {
  return (
    <SessionProvider>
      <Status />
    </SessionProvider>
  )
}

function Status() {
  const { data, status } = useSession()
  return <p>In the browser: {data?.error ?? data?.user?.email ?? status}</p>
}
