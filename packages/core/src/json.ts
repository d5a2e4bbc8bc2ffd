/**
 * JSON as a verifier must read it (RFC 8725bis): valid UTF-8, an object, no member twice.
 * @module
 */

export type JsonObject = { [member: string]: unknown }

const MAX_DEPTH = 32
const QUOTE = 0x22
const SPACE = 0x20
const BACKSLASH = 0x5c
const COLON = 0x3a

// A byte-order mark stays in the text, where JSON.parse refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses a JSON object.
 * @returns `undefined` for invalid UTF-8, invalid JSON, anything but an object, a member that
 * appears twice at any depth, and nesting deeper than 32
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = utf8.decode(bytes)
    const value: unknown = JSON.parse(text)
    return isObject(value) && !hasDuplicates(text, countMembers(value, 0)) ? value : undefined
  } catch {
    return undefined
  }
}

/** Freezes a JSON value with everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Members of all objects in a value; JSON.parse keeps one of those written twice. */
function countMembers(value: object, depth: number): number {
  if (depth > MAX_DEPTH) return Number.NaN
  const names = Object.keys(value)
  let count = Array.isArray(value) ? 0 : names.length
  for (const name of names) {
    const member = (value as JsonObject)[name]
    if (typeof member === 'object' && member !== null) count += countMembers(member, depth + 1)
  }
  return count
}

/** Whether more members are written than were kept. The bound settles nearly every text. */
function hasDuplicates(text: string, members: number): boolean {
  return boundWrittenMembers(text) !== members && countWrittenMembers(text) !== members
}

/** Never fewer than the members written: colons after a quote. No answer where space precedes one. */
function boundWrittenMembers(text: string): number {
  let count = 0
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const before = text.charCodeAt(colon - 1)
    if (before === QUOTE) count += 1
    else if (before <= SPACE) return Number.NaN
  }
  return count
}

/** Members as written: the strings of a valid JSON text that a colon follows. */
function countWrittenMembers(text: string): number {
  let count = 0
  let start = text.indexOf('"')
  while (start !== -1) {
    const end = endOfString(text, start)
    if (isColonNext(text, end + 1)) count += 1
    start = text.indexOf('"', end + 1)
  }
  return count
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1
  return (quote - first) % 2 === 1
}

/** Whether a colon follows, after the white space that JSON allows. */
function isColonNext(text: string, from: number): boolean {
  let index = from
  while (text.charCodeAt(index) <= SPACE) index += 1
  return text.charCodeAt(index) === COLON
}
