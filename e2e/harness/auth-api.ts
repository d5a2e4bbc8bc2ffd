import type { Person } from './daybook.js'

/** An answer with its JSON body; `{}` for none. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** What a server that calls the auth server gets for a session. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

type Client = { readonly id: string; readonly secret: string } | undefined

/** The auth server, as another server calls it; with a credential as that client. */
export function authApi(authUrl: string, client?: Client) {
  const credential = client && Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  const post = (path: string, body: unknown) =>
    call(`${authUrl}/api/auth${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(credential ? { Authorization: `Basic ${credential}` } : {}),
      },
      body: JSON.stringify(body),
    })
  return {
    signUp: async (person: Person) => tokens(await post('/signup', person)),
    login: async ({ email, password }: Person) => tokens(await post('/login', { email, password })),
    refresh: (refreshToken: string) => post('/refresh', { refreshToken }),
    /** Ends every other session of the user. */
    endOtherSessions: (refreshToken: string) =>
      callWithToken(`${authUrl}/api/auth/sessions`, refreshToken, 'DELETE'),
    logout: (refreshToken: string) => post('/logout', { refreshToken }),
  }
}

/** Sends a request and reads its answer whole. */
export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : {},
  }
}

/** Calls with a bearer token. */
export function callWithToken(url: string, token: string, method = 'GET'): Promise<Reply> {
  return call(url, { method, headers: { Authorization: `Bearer ${token}` } })
}

/** The tokens in the answer to a sign-in, sign-up or refresh; throws for a refusal. */
export function tokens({ status, body }: Reply): Tokens {
  const { accessToken, refreshToken } = body
  if (typeof accessToken === 'string' && typeof refreshToken === 'string') {
    return { accessToken, refreshToken }
  }
  throw new Error(`no session but ${status} ${String(body.code)}`)
}
