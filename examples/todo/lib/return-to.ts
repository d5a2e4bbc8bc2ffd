import { safeReturnTo as ownPath } from '@countersign/next/return-to'

const HOME = '/tasks'
const ELSEWHERE = /^\/(sign-in|sign-up|form|api)([/?#]|$)/

/**
 * Where to go after signing in: a page of this application, or the task list for anything else,
 * also for a page that is no place to arrive at.
 */
export function safeReturnTo(value: unknown): string {
  const path = ownPath(value, { fallback: HOME })
  return ELSEWHERE.test(path) ? HOME : path
}

/** The sign-in page that leads back to `path`, and says why signing in is needed if it is told. */
export function signInPath(path: string, reason?: string): string {
  const query = new URLSearchParams({ returnTo: path })
  if (reason) query.set('reason', reason)
  return `/sign-in?${query}`
}
