const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether a host name is this machine, where plain http is no risk. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/**
 * The origin under which a server is known.
 * @throws TypeError for a path, and for plain http that leaves this machine
 */
export function publicOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('must be an address like "https://auth.example.com"')
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw new TypeError('must be an origin, without a path or anything else')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new TypeError('must use https outside of this machine')
  }
  return url.origin
}

/**
 * The origin of a configured address, as a browser would send it.
 * @throws TypeError for what is not an http(s) origin, such as `*`
 */
export function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || (url.pathname !== '/' && url.pathname !== '')) {
    throw new TypeError('a trusted origin looks like "https://app.example.com"')
  }
  return url.origin
}
