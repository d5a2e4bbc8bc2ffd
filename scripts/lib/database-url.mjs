import { accepts } from './ports.mjs'
import { UserError } from './user-error.mjs'

const STANDARD_PORT = 5432

/**
 * Refuses a DATABASE_URL that cannot be one, or at whose address nothing answers. The processes
 * check the rest: name, user, password.
 * @param {string} text
 */
export async function checkDatabaseUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new UserError('DATABASE_URL must look like postgres://user:password@host/database.')
  }
  const isSocket = url.hostname === '' || url.searchParams.has('host')
  const port = Number(url.port || STANDARD_PORT)
  if (isSocket || (await accepts(url.hostname.replace(/^\[|\]$/g, ''), port))) return
  throw new UserError(
    `No database answers at ${url.hostname}:${port}: start it, or unset DATABASE_URL to use the embedded one.`,
  )
}
