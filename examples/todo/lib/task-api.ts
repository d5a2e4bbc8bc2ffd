import { problemOf, REQUEST_TIMEOUT_MS } from './request-problem'
import type { Task, TaskChange, TaskPage } from './task'

/** A `fetch` that carries the access token. */
export type SignedFetch = (input: string, init?: RequestInit) => Promise<Response>

/** A request to the API that failed; `message` can be shown as it is. */
export class TaskApiError extends Error {
  override readonly name = 'TaskApiError'
  readonly code: string

  constructor(code: string) {
    super(SENTENCES[code] ?? 'Something went wrong on our side.')
    this.code = code
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  network: 'No connection.',
  service_unavailable: 'The task service is not available just now.',
  rate_limited: 'That was a lot at once; please wait a little.',
  not_found: 'This task was deleted on another device.',
  invalid_request: 'A title has 1 to 200 characters.',
  payload_too_large: 'A title has 1 to 200 characters.',
  invalid_token: 'Your sign-in has to be renewed.',
  token_expired: 'Your sign-in has to be renewed.',
  missing_token: 'Your sign-in has to be renewed.',
}

/** The tasks API, called by the browser itself. Every method throws `TaskApiError`. */
export interface TaskApi {
  /** The first page, or that after a cursor. */
  list(cursor?: string): Promise<TaskPage>
  add(title: string): Promise<Task>
  change(id: string, change: TaskChange): Promise<Task>
  /** Succeeds as well if the task was gone already. */
  remove(id: string): Promise<void>
}

export function createTaskApi(apiUrl: string, fetch: SignedFetch): TaskApi {
  const base = `${apiUrl}/api/v1/tasks`
  const send = (method: string, path: string, body?: unknown) =>
    request(fetch, base + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
  return {
    list: async (cursor) =>
      (await send('GET', `?limit=100${cursor ? `&cursor=${cursor}` : ''}`)).json(),
    add: async (title) => (await send('POST', '', { title })).json(),
    change: async (id, change) => (await send('PATCH', `/${id}`, change)).json(),
    remove: async (id) => {
      await send('DELETE', `/${id}`).catch((error) => {
        if (error instanceof TaskApiError && error.code === 'not_found') return
        throw error
      })
    },
  }
}

async function request(fetch: SignedFetch, url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
  } catch {
    throw new TaskApiError('network')
  }
  if (response.ok) return response
  throw new TaskApiError((await problemOf(response)).code)
}
