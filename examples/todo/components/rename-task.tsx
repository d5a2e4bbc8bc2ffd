'use client'

import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react'
import { MAX_TITLE_LENGTH } from '../lib/task'

interface RenameTaskProps {
  readonly title: string
  /** With the new title, or without one when nothing is to change. */
  readonly onEnd: (title?: string) => void
}

/** The title as a field. Enter or leaving it saves, Escape does not. */
export function RenameTask({ title, onEnd }: RenameTaskProps) {
  const field = useRef<HTMLInputElement>(null)
  const ended = useRef(false)
  useEffect(() => field.current?.select(), [])

  const end = (newTitle?: string) => {
    // Leaving the page of the field also leaves the field.
    if (ended.current) return
    ended.current = true
    onEnd(newTitle)
  }
  const save = () => end(field.current?.value.trim())
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    save()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') end()
  }

  return (
    <form className="rename" method="post" onSubmit={onSubmit}>
      <input
        ref={field}
        type="text"
        name="title"
        aria-label={`New title of ${title}`}
        defaultValue={title}
        maxLength={MAX_TITLE_LENGTH}
        autoComplete="off"
        enterKeyHint="done"
        onBlur={save}
        onKeyDown={onKeyDown}
      />
    </form>
  )
}
