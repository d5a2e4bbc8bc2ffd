/** SQLSTATE classes and codes that say "not now": connection, resources, operator intervention. */
const UNAVAILABLE_SQLSTATE = /^(08|53|57P|57014|25006|40001|40P01|55P03)/
const UNAVAILABLE_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
])
/** `pg` gives these without a code. */
const UNAVAILABLE_MESSAGE =
  /timeout exceeded when trying to connect|connection terminated|query read timeout|client has encountered a connection error/i

/** Whether an error means that the database cannot answer now, so that the caller may try again. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : ''
    if (UNAVAILABLE_SYSTEM.has(code) || UNAVAILABLE_SQLSTATE.test(code)) return true
    if (code === 'ENOENT' && isConnecting(cause)) return true
    if (UNAVAILABLE_MESSAGE.test(cause.message)) return true
    if (cause instanceof AggregateError && cause.errors.some(isUnavailable)) return true
  }
  return false
}

/** A socket of a server on this machine has no file as long as that server is stopped. */
const isConnecting = (error: object): boolean => 'syscall' in error && error.syscall === 'connect'
