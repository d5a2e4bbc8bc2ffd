/** Something that the reader can put right. Printed as one sentence, without a stack trace. */
export class UserError extends Error {
  /** What a command printed before it failed, shown above the sentence. @type {string} */
  output = ''
}

/**
 * Prints what stopped a script: a sentence for a `UserError`, everything for a bug.
 * @param {unknown} error
 */
export function report(error) {
  if (!(error instanceof UserError)) {
    console.error(error)
    return
  }
  if (error.output) console.error(error.output.trimEnd())
  console.error(`\n${error.message}`)
}
