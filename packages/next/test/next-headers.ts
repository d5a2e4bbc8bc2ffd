import type { CookieAttributes } from '../src/cookie.js'

/**
 * `next/headers` of one request at a time, as Next.js gives it to route handlers and actions:
 * `vi.mock('next/headers.js', () => import('./next-headers.js'))`.
 */
export const current = {
  headers: new Headers(),
  /** `Set-Cookie` headers of the cookies that were set. */
  written: [] as string[],
}

export async function headers(): Promise<Headers> {
  return current.headers
}

export async function cookies() {
  return {
    set: (name: string, value: string, attributes: Partial<CookieAttributes>) => {
      const { maxAge, secure, path, sameSite, httpOnly } = attributes
      const parts = [
        `${name}=${encodeURIComponent(value)}`,
        ...(path ? [`Path=${path}`] : []),
        ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
        ...(secure ? ['Secure'] : []),
        ...(httpOnly ? ['HttpOnly'] : []),
        ...(sameSite ? [`SameSite=${sameSite}`] : []),
      ]
      current.written.push(parts.join('; '))
    },
    getAll: () =>
      (current.headers.get('cookie') ?? '').split('; ').flatMap((pair) => {
        const [name, value] = pair.split('=')
        return name && value !== undefined ? [{ name, value: decodeURIComponent(value) }] : []
      }),
  }
}
