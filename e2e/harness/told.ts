import { afterEach } from 'vitest'
import type { Stack } from './stack.js'

/** Shows what the servers said last, after each failed test of a file. */
export function tellOnFailure(stack: () => Stack | undefined): void {
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(stack()?.said())
  })
}
