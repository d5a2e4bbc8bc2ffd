/** A field of a sign-in form, as Auth.js draws one. */
interface Field {
  readonly label?: string
  readonly type?: string
  readonly placeholder?: string
}

export interface ProviderOptions {
  /** Name of the provider for `signIn(id, …)`; `countersign` by default. */
  readonly id?: string
  /** What is written on the button of the page that Auth.js brings along. */
  readonly name?: string
  /** Fields that go to the backend, beside `remember`; e-mail and password by default. */
  readonly fields?: Readonly<Record<string, Field>>
}

/** Whom a provider signs in, as Auth.js sees them. */
export interface AuthJsUser {
  id: string
  email: string
  name: string | null
  image: string | null
  role: string
}

/** A credentials provider in the form of both Auth.js 5 and NextAuth 4. */
export interface CountersignProvider {
  id: string
  name: string
  type: 'credentials'
  credentials: Record<string, Field>
  authorize: (
    credentials: Partial<Record<string, unknown>> | undefined,
    // biome-ignore lint/suspicious/noExplicitAny: a Request in one version, and parts of one in the other
    request: any,
  ) => Promise<AuthJsUser | null>
}

const EMAIL_AND_PASSWORD: Readonly<Record<string, Field>> = {
  email: { label: 'Email', type: 'email' },
  password: { label: 'Password', type: 'password' },
}

const ours = new WeakSet<object>()

/**
 * The provider whose credentials the backend checks. It works inside of `createAuth` only, which
 * knows the backend.
 *
 * @example
 * createAuth(app, { providers: [countersignProvider({ id: 'consultation-backend' })] })
 */
export function countersignProvider(options: ProviderOptions = {}): CountersignProvider {
  const provider: CountersignProvider = {
    id: options.id ?? 'countersign',
    name: options.name ?? 'Countersign',
    type: 'credentials',
    credentials: { ...(options.fields ?? EMAIL_AND_PASSWORD) },
    authorize: async () => {
      throw new TypeError('countersignProvider works inside of createAuth only')
    },
  }
  ours.add(provider)
  return provider
}

/** Whether a provider was made by `countersignProvider`. */
function isCountersignProvider(provider: unknown): provider is CountersignProvider {
  return typeof provider === 'object' && provider !== null && ours.has(provider)
}

/** What of a provider of Auth.js decides whether its people can have a session. */
interface AnyProvider {
  readonly id?: unknown
  readonly type?: unknown
  readonly options?: { readonly id?: unknown; readonly type?: unknown } | undefined
}

/**
 * The providers with ours bound to `authorize`. Throws `TypeError` for one whose people no backend
 * would give a session: other credentials, links by mail, passkeys.
 */
export function bindProviders<P>(
  providers: readonly P[],
  authorize: (provider: CountersignProvider) => CountersignProvider['authorize'],
): P[] {
  return providers.map((provider) => {
    if (isCountersignProvider(provider)) return { ...provider, authorize: authorize(provider) }
    const { id, type, options } = (
      typeof provider === 'function' ? provider() : provider
    ) as AnyProvider
    const kind = options?.type ?? type
    if (kind === 'oauth' || kind === 'oidc') return provider
    const name = String(options?.id ?? id)
    throw new TypeError(`countersign: the provider "${name}" (${kind}) can sign in nobody here`)
  })
}
