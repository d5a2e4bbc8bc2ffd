import { ActionError } from './action-error.js'

/** A little more than our own actions take, so that theirs comes first. Milliseconds. */
const DEADLINE_MS = 10_500

/** The result, or `network` if it takes so long that a person would give up. */
export async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ActionError('network')), DEADLINE_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
