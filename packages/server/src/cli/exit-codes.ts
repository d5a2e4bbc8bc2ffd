/**
 * How a command ends, for scripts. docs/cli.md explains them.
 * @module
 */

/** A rule does not hold, or a part of the input was refused; the report says which. */
export const FOUND_FAULTS = 2

/** A person said no, or pressed Ctrl-C at a question. */
export const CANCELLED = 130
