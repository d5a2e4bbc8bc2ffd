'use client'

import type { FormEvent, RefObject } from 'react'
import { useDraft } from '../hooks/use-draft'
import { useSignedIn } from '../hooks/use-signed-in'
import { MAX_TITLE_LENGTH } from '../lib/task'

interface AddTaskProps {
  readonly field: RefObject<HTMLInputElement | null>
  readonly onAdd: (title: string) => void
}

/** The line that is still blank. */
export function AddTask({ field, onAdd }: AddTaskProps) {
  const { userId } = useSignedIn()
  const draft = useDraft(field, `daybook-draft:${userId}`)

  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    const title = field.current?.value.trim()
    field.current?.focus()
    if (!title) return
    onAdd(title)
    draft.clear()
  }

  return (
    <form className="add-task" method="post" action="/form/tasks" onSubmit={onSubmit}>
      <label className="visually-hidden" htmlFor="new-task">
        New task
      </label>
      <input
        ref={field}
        id="new-task"
        name="title"
        type="text"
        placeholder="Write a task"
        autoComplete="off"
        enterKeyHint="done"
        maxLength={MAX_TITLE_LENGTH}
        onInput={draft.keep}
      />
      <button type="submit" className="button">
        Add
      </button>
    </form>
  )
}
