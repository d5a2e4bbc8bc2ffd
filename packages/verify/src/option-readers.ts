/**
 * How single options are read. Each throws `TypeError` naming the option.
 * @module
 */

export function refuseUnknown(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('options are missing')
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`unknown option "${unknown}"`)
}

export function readText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`"${name}" is not a text`)
  return value
}

export function readFunction<T>(name: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`"${name}" is not a function`)
  }
  return value
}

export function readInteger(
  name: string,
  value: unknown,
  min: number,
  max: number,
): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw new TypeError(`"${name}" is not an integer from ${min} to ${max}`)
  }
  return value as number
}

/** A http or https address. Credentials have no place in one: addresses end up in logs. */
export function readAddress(name: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TypeError(`"${name}" is not a http or https address without credentials`)
  }
  return url.href
}
