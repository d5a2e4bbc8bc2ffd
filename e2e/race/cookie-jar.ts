/** The cookies of one browser for one site, shared by all of its tabs. */
export interface CookieJar {
  /** The `Cookie` header of a request that is sent now; undefined if there are none. */
  header(): string | undefined
  /** Applies the `Set-Cookie` headers of a response, in their order. */
  store(lines: readonly string[]): void
}

/** An empty jar. `Domain` and `Path` are not needed: all systems set host cookies for the whole site. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>()
  return {
    header() {
      const pairs = [...cookies].map(([name, value]) => `${name}=${value}`)
      return pairs.length > 0 ? pairs.join('; ') : undefined
    },
    store(lines) {
      for (const line of lines) {
        const { name, value, deleted } = parseSetCookie(line)
        if (deleted) cookies.delete(name)
        else cookies.set(name, value)
      }
    },
  }
}

function parseSetCookie(line: string) {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  return {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    deleted: attributes.some(isPast),
  }
}

/** `Max-Age` not above zero, or `Expires` in the past. */
function isPast(attribute: string): boolean {
  const [name = '', value = ''] = attribute.split('=').map((part) => part.trim())
  if (/^max-age$/i.test(name)) return Number(value) <= 0
  return /^expires$/i.test(name) && Date.parse(value) <= Date.now()
}
