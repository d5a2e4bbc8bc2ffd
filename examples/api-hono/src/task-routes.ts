import type { TransactionIdentity } from '@countersign/verify/postgres'
import { type Context, Hono } from 'hono'
import { Refusal } from './refusal.js'
import { check, readBody } from './request-body.js'
import type { Signed } from './signed.js'
import { isTaskId, listQuery } from './task.js'
import { newTask, taskChange } from './task-schemas.js'
import type { TaskStore } from './task-store.js'

/**
 * The tasks of the caller; needs the verifier's middleware in front.
 * The owner comes from the verified token and from nowhere else.
 */
export function taskRoutes(tasks: TaskStore): Hono<Signed> {
  const routes = new Hono<Signed>()

  routes.get('/', async (c) => {
    const query = check(listQuery, c.req.query())
    return c.json(await tasks.list(ownerOf(c), query))
  })

  routes.post('/', async (c) => {
    const { title } = await readBody(c, newTask)
    const task = await tasks.create(ownerOf(c), title)
    return c.json(task, 201, { Location: `/api/v1/tasks/${task.id}` })
  })

  routes.get('/:id', async (c) => {
    return c.json(found(await tasks.find(ownerOf(c), taskId(c))))
  })

  routes.patch('/:id', async (c) => {
    const id = taskId(c)
    const change = await readBody(c, taskChange)
    return c.json(found(await tasks.change(ownerOf(c), id, change)))
  })

  routes.delete('/:id', async (c) => {
    if (!(await tasks.remove(ownerOf(c), taskId(c)))) throw new Refusal('not_found')
    return c.body(null, 204)
  })

  routes.all('/', (c) => methodNotAllowed(c, 'GET, POST'))
  routes.all('/:id', (c) => methodNotAllowed(c, 'GET, PATCH, DELETE'))
  return routes
}

function ownerOf(c: Context<Signed>): TransactionIdentity {
  return c.get('identity')
}

function taskId(c: Context): string {
  const id = c.req.param('id') ?? ''
  if (!isTaskId(id)) throw new Refusal('not_found')
  return id
}

/** Another user's task and no task look the same from outside. */
function found<T>(task: T | undefined): T {
  if (task === undefined) throw new Refusal('not_found')
  return task
}

function methodNotAllowed(c: Context, allow: string): never {
  c.header('Allow', allow)
  throw new Refusal('method_not_allowed')
}
