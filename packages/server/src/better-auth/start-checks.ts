import type { AuthContext } from 'better-auth'
import { JWKS_PATH } from './discovery-endpoints.js'
import type { ResolvedOptions } from './plugin-options.js'

/**
 * Refuses what would make tokens wrong or revocations silent.
 * @throws TypeError that says what to configure
 */
export function checkAtStart(options: ResolvedOptions, context: AuthContext): void {
  const { secondaryStorage, session, user } = context.options
  if (!options.issuer && !context.baseURL) {
    refuse('tokens name their issuer: set "baseURL" of Better Auth, or "issuer"')
  }
  if (secondaryStorage && !session?.storeSessionInDatabase) {
    refuse('sessions must be in the database: set "session.storeSessionInDatabase"')
  }
  if (secondaryStorage && session?.preserveSessionInDatabase) {
    refuse('a session that ended must leave the database: remove "preserveSessionInDatabase"')
  }
  const { role } = user?.additionalFields ?? {}
  if (role && role.input !== false) {
    refuse('whoever signs up could choose "role": declare the field with "input: false"')
  }
  if (claimsOurKeySet(context)) refuse(`jwt() has its key set at ${JWKS_PATH}: choose another path`)
  warnOfSharedSecret(options, context)
}

/** Better Auth's own `jwt()` may stand beside us, on its own path. */
function claimsOurKeySet({ options }: AuthContext): boolean {
  const paths = options.plugins?.map(({ id, options: given }) =>
    id === 'jwt' ? (given as { jwks?: { jwksPath?: string } } | undefined)?.jwks?.jwksPath : '',
  )
  return paths?.includes(JWKS_PATH) ?? false
}

/** Every API could then sign cookies of Better Auth: whoever holds one of them is anybody. */
function warnOfSharedSecret({ jwtSecrets = [] }: ResolvedOptions, context: AuthContext): void {
  const { BETTER_AUTH_SECRET, AUTH_SECRET } = process.env
  const others = [context.secret, BETTER_AUTH_SECRET, AUTH_SECRET]
  if (!jwtSecrets.some((secret) => others.includes(secret))) return
  context.logger.warn(
    'countersign: the secret of access tokens is that of Better Auth too; every API that verifies tokens could forge sessions. Give it one of its own',
  )
}

function refuse(rule: string): never {
  throw new TypeError(`countersign: ${rule}`)
}
