'use client'

import { type FormEvent, useState } from 'react'
import { apiClient } from '../lib/auth-client'
import type { Task } from '../lib/task'

interface TaskListProps {
  readonly apiUrl: string
  readonly initial: readonly Task[]
}

/** The list; the browser calls the API itself, with a token that its client keeps valid. */
export function TaskList({ apiUrl, initial }: TaskListProps) {
  const [tasks, setTasks] = useState(initial)
  const [problem, setProblem] = useState<string>()

  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const title = String(new FormData(form).get('title')).trim()
    if (title === '') return
    setProblem(undefined)
    const task = await create(apiUrl, title).catch(() => undefined)
    if (!task) return setProblem('That could not be saved. Try again.')
    form.reset()
    setTasks((others) => [task, ...others])
  }

  return (
    <div className="sheet ledger">
      <form className="add-task" onSubmit={add}>
        <label className="visually-hidden" htmlFor="new-task">
          New task
        </label>
        <input id="new-task" name="title" placeholder="Write a task" maxLength={200} />
        <button type="submit" className="button">
          Add
        </button>
      </form>
      <p role="alert">{problem}</p>
      <ul className="entries">
        {tasks.map(({ id, title }) => (
          <li className="entry" key={id}>
            <span aria-hidden="true" />
            <span className="entry-title">{title}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

async function create(apiUrl: string, title: string): Promise<Task> {
  const response = await apiClient(apiUrl).fetch(`${apiUrl}/api/v1/tasks`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  })
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  return response.json()
}
