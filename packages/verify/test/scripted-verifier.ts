import type { StalePolicy, TokenVerifier } from '../src/authenticate.js'
import { createVerifier } from '../src/verifier.js'
import { VerifierError } from '../src/verifier-error.js'
import { AUDIENCE, ISSUER, NOW, SECRET } from './fixtures.js'

/** Tokens that make the verifier do something else than verify. */
export const TOKEN_OF_A_BUG = 'token.of.bug'
export const TOKEN_BEFORE_KEYS = 'token.before.keys'

/** A verifier of HS256 tokens whose feed can be cut off. */
export interface ScriptedVerifier extends TokenVerifier {
  /** What `/introspect` answers for every token; a silent server by default. */
  introspection: 'active' | 'inactive' | 'down'
  isStale: boolean
  /** Policies that were asked for, newest last. */
  readonly policies: (StalePolicy | undefined)[]
}

export function scriptedVerifier(): ScriptedVerifier {
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    now: () => NOW,
    onWarning: () => {},
  })
  const scripted: ScriptedVerifier = {
    introspection: 'down',
    isStale: false,
    policies: [],
    async verify(token, { whenStale } = {}) {
      scripted.policies.push(whenStale)
      if (token === TOKEN_OF_A_BUG) throw new Error('a bug')
      if (token === TOKEN_BEFORE_KEYS) throw new VerifierError('no keys', 2)
      const identity = await verifier.verify(token)
      if (!scripted.isStale || whenStale === undefined || whenStale === 'open') return identity
      if (whenStale === 'introspect' && scripted.introspection === 'active') return identity
      if (whenStale === 'introspect' && scripted.introspection === 'inactive') {
        return verifier.verify('inactive')
      }
      throw new VerifierError('stale', 5)
    },
  }
  return scripted
}
