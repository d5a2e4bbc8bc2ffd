import type { Settings } from '../settings.js'
import { asObject } from '../shape.js'

/** What of a provider of Auth.js tells where its lists are. */
interface AnyProvider {
  readonly id?: unknown
  readonly type?: unknown
  readonly userinfo?: unknown
  readonly options?: { readonly id?: unknown } | undefined
}

/** Names of the providers that are GitHub, with where it lists the addresses of a user. */
export function githubEmailLists(providers: readonly unknown[]): ReadonlyMap<string, string> {
  const lists = providers.map((given): [string, string] | undefined => {
    const provider = (typeof given === 'function' ? given() : given) as AnyProvider
    const url = asObject(provider.userinfo)?.url
    if (provider.id !== 'github' || provider.type !== 'oauth' || typeof url !== 'string') {
      return undefined
    }
    return [String(provider.options?.id ?? provider.id), `${url}/emails`]
  })
  return new Map(lists.filter((list) => list !== undefined))
}

/** An address and the access token of GitHub that tells about it. */
interface Question {
  readonly list: string
  readonly accessToken: string
  readonly email: string
}

/** Whether GitHub has verified an address of its user. Without an answer it has not. */
export async function isVerifiedAtGithub(question: Question, settings: Settings): Promise<boolean> {
  const { list, accessToken, email } = question
  try {
    const response = await settings.fetch(list, {
      headers: { Authorization: `Bearer ${accessToken}`, 'User-Agent': 'countersign' },
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutSeconds * 1000),
    })
    const emails: unknown = response.ok ? await response.json() : []
    return Array.isArray(emails) && emails.some((entry) => isVerified(asObject(entry), email))
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    settings.logger.warn(`countersign: GitHub did not list the addresses of a user (${reason})`)
    return false
  }
}

function isVerified(entry: Record<string, unknown> | null, email: string): boolean {
  return entry?.verified === true && String(entry.email).toLowerCase() === email.toLowerCase()
}
