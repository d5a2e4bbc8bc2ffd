import { problemIn } from './action-error.js'

/** Used, too old, unknown, or so broken on its way that the server could not even read it. */
const OF_THE_LINK = ['link_invalid', 'invalid_request']

/** Whether an action failed because of the one-time value of the link. */
export function isLinkProblem(error: unknown): boolean {
  return OF_THE_LINK.includes(problemIn(error).code)
}
