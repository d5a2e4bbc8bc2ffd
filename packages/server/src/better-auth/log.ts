import type { AuthContext } from 'better-auth'
import { type Logger, pino } from 'pino'

/** Our log through the one of Better Auth, which decides where it goes and what is told. */
export function betterAuthLog(logger: AuthContext['logger']): Logger {
  const write = (line: string): void => {
    const { level, msg, ...details } = JSON.parse(line) as { level: number; msg: string }
    const method = level >= 50 ? 'error' : level >= 40 ? 'warn' : 'info'
    logger[method](`countersign: ${msg}`, details)
  }
  return pino({ base: null, timestamp: false }, { write })
}
