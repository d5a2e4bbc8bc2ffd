/**
 * The cookies of one browser for one site, shared by all of its tabs. `Domain` and `Path` are not
 * needed here: both applications set host cookies for the whole site.
 */
export function createCookieJar() {
  /** @type {Map<string, string>} */
  const cookies = new Map()
  return {
    /** The `Cookie` header of a request that is sent now; undefined if there are none. */
    header() {
      const pairs = [...cookies].map(([name, value]) => `${name}=${value}`)
      return pairs.length > 0 ? pairs.join('; ') : undefined
    },
    /** Applies the `Set-Cookie` headers of a response, in their order. @param {string[]} lines */
    store(lines) {
      for (const line of lines) {
        const { name, value, deleted } = parseSetCookie(line)
        if (deleted) cookies.delete(name)
        else cookies.set(name, value)
      }
    },
  }
}

/** @param {string} line */
function parseSetCookie(line) {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  return {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    deleted: attributes.some(isPast),
  }
}

/** `Max-Age` not above zero, or `Expires` in the past. @param {string} attribute */
function isPast(attribute) {
  const [name = '', value = ''] = attribute.split('=').map((part) => part.trim())
  if (/^max-age$/i.test(name)) return Number(value) <= 0
  return /^expires$/i.test(name) && Date.parse(value) <= Date.now()
}
