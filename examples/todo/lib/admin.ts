/** A user in a list of the admin routes. Instants are ISO 8601. */
export interface ListedUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly emailVerified: boolean
  readonly banned: boolean
  readonly banReason: string | null
  readonly banExpiresAt: string | null
  readonly createdAt: string
  readonly sessions?: number
  readonly lastSeenAt?: string | null
}

/** A line of the audit log. */
export interface AuditLine {
  readonly id: string
  readonly at: string
  readonly event: string
  readonly userId: string | null
  readonly userEmail: string | null
  readonly actorEmail: string | null
  readonly actorId: string | null
  readonly ip: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** Everything about a user. */
export interface UserDetail {
  readonly user: ListedUser & {
    readonly hasPassword: boolean
    readonly hasSecondFactor: boolean
    readonly providers: readonly string[]
  }
  readonly sessions: readonly {
    readonly id: string
    readonly lastSeenAt: string
    readonly userAgent: string | null
    readonly ip: string | null
  }[]
  readonly events: readonly AuditLine[]
}

/** The address of a list with its filters, as the page and the server write it alike. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString()
  return text ? `${path}?${text}` : path
}

/** What an administrator reads for a problem. */
export function adminSentence(code: string): string {
  return SENTENCES[code] ?? 'That did not work. Please try again.'
}

const SENTENCES: Readonly<Record<string, string>> = {
  last_admin: 'This is the last administrator: make somebody else one first.',
  own_account: 'You cannot do this to your own account.',
  insufficient_role: 'This needs the role admin, which you do not have any more.',
  not_found: 'There is no such user.',
  invalid_request: 'Please check what you entered.',
  network: 'No connection to the server. Check your network and try again.',
  rate_limited: 'Too many requests. Wait a little.',
}
