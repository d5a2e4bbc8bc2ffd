// Preloaded into the API on Hono by a test: its SQL as somebody writes it who forgot the user.
import { register } from 'node:module'

const hooks = `export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (!url.endsWith('/task-sql.js')) return loaded
  const source = String(loaded.source).replaceAll('user_id = $1', '$1::text is not null')
  return { ...loaded, source }
}`

register(`data:text/javascript,${encodeURIComponent(hooks)}`)
