'use client'

export { RequireRole, type RequireRoleProps } from './react/require-role.js'
export {
  type InitialSession,
  SessionProvider,
  type SessionProviderProps,
} from './react/session-provider.js'
export { SignedIn } from './react/signed-in.js'
export { SignedOut } from './react/signed-out.js'
export { useClient } from './react/use-client.js'
export { useSession } from './react/use-session.js'
