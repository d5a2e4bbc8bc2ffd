import type { Client } from '../../src/index.js'
import {
  type InitialSession,
  RequireRole,
  SessionProvider,
  SignedIn,
  SignedOut,
  useClient,
  useSession,
} from '../../src/react.js'

interface AppProps {
  readonly client: Client
  readonly initialSession: InitialSession | null | undefined
  /** Hears of every drawing. */
  readonly onDraw?: ((status: string) => void) | undefined
}

/** A page that shows everything there is to show. */
export function App({ client, initialSession, onDraw }: AppProps) {
  return (
    <SessionProvider client={client} initialSession={initialSession}>
      <Facts onDraw={onDraw} />
      <SignedIn>[in]</SignedIn>
      <SignedOut>[out]</SignedOut>
      <RequireRole roles={['admin', 'user']}>[user]</RequireRole>
      <RequireRole roles={['admin']} fallback="[no admin]">
        [admin]
      </RequireRole>
    </SessionProvider>
  )
}

function Facts({ onDraw }: Pick<AppProps, 'onDraw'>) {
  const { status, user, reason } = useSession()
  const { signOut } = useClient()
  onDraw?.(status)
  return (
    <button type="button" onClick={signOut}>
      {[status, user?.email, reason].filter(Boolean).join(' ')}
    </button>
  )
}
