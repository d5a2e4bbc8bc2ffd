import { useClient } from '@countersign/client/react'
import { useCallback } from 'react'
import { TaskBoard } from '../../../todo/components/task-board'
import { createTaskApi } from '../../../todo/lib/task-api'
import { apiUrl } from '../client'
import { useLoaded } from '../hooks/use-loaded'
import { LoadProblem } from './load-problem'
import { Skeleton } from './skeleton'

/** The tasks of whoever is signed in, from the API. */
export function TasksPage() {
  const { fetch } = useClient()
  const { value, problem, load } = useLoaded(
    useCallback(() => createTaskApi(apiUrl, fetch).list(), [fetch]),
  )
  if (value) return <TaskBoard page={value} />
  return (
    <>
      <h1>Tasks</h1>
      {problem ? (
        <LoadProblem title="Your tasks could not be loaded." problem={problem} onRetry={load} />
      ) : (
        <Skeleton label="Loading your tasks" />
      )}
    </>
  )
}
