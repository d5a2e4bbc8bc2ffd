import { createInterface } from 'node:readline'

const RESET = '\u001b[0m'

/** Whether to colour what goes to standard output (no-color.org). @param {NodeJS.ProcessEnv} env */
export function wantsColour(env) {
  if (env.NO_COLOR) return false
  return process.stdout.isTTY === true || Boolean(env.FORCE_COLOR)
}

/**
 * The start of every line of a process: `auth  │ `.
 * @param {string} name
 * @param {string} colour An SGR number, such as "36"
 * @param {boolean} coloured
 */
export function linePrefix(name, colour, coloured) {
  const text = `${name.padEnd(5)} │`
  return coloured ? `\u001b[${colour}m${text}${RESET} ` : `${text} `
}

/**
 * Writes every line of a stream behind a prefix.
 * @param {NodeJS.ReadableStream} stream
 * @param {string} prefix
 * @param {(line: string) => void} write
 */
export function forwardLines(stream, prefix, write) {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  lines.on('line', (line) => {
    if (line.trim()) write(prefix + line)
  })
}
