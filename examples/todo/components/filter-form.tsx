'use client'

import { useRouter } from 'next/navigation'
import type { FormEvent, ReactNode } from 'react'
import { withQuery } from '../lib/admin'

interface FilterFormProps {
  readonly path: string
  readonly label: string
  readonly children: ReactNode
}

/** Filters of a list. They go into the address: a plain GET, done by the router where it can. */
export function FilterForm({ path, label, children }: FilterFormProps) {
  const router = useRouter()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [
      name,
      String(value).trim(),
    ])
    router.push(withQuery(path, Object.fromEntries(entries)))
  }
  return (
    <form className="filters" action={path} aria-label={label} onSubmit={onSubmit}>
      {children}
      <button type="submit" className="button button-quiet">
        Show
      </button>
    </form>
  )
}
