import type { Identity } from '@countersign/core'
import { pairAtOnce } from '../src/at-once.js'
import type { TokenVerifier } from '../src/authenticate.js'
import type { StalePolicy } from '../src/revocation-options.js'
import { createVerifier, type VerifyOptions } from '../src/verifier.js'
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

/** @param answersAtOnce whether adapters may ask it without a promise, as those of `createVerifier` */
export function scriptedVerifier({ answersAtOnce = false } = {}): ScriptedVerifier {
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    now: () => NOW,
    onWarning: () => {},
  })

  function verifySync(token: string, { whenStale }: VerifyOptions = {}): Identity {
    scripted.policies.push(whenStale)
    if (token === TOKEN_OF_A_BUG) throw new Error('a bug')
    if (token === TOKEN_BEFORE_KEYS) throw new VerifierError('no keys', 2)
    const identity = verifier.verifySync(token)
    const isKnown = !scripted.isStale || whenStale === undefined || whenStale === 'open'
    if (isKnown) return identity
    throw new VerifierError('stale', 5)
  }

  async function verify(token: string, options?: VerifyOptions): Promise<Identity> {
    if (options?.whenStale !== 'introspect' || !scripted.isStale) return verifySync(token, options)
    scripted.policies.push('introspect')
    if (scripted.introspection === 'down') throw new VerifierError('stale', 5)
    return verifier.verifySync(scripted.introspection === 'active' ? token : 'inactive')
  }

  const scripted: ScriptedVerifier = { introspection: 'down', isStale: false, policies: [], verify }
  if (answersAtOnce) pairAtOnce(verify, verifySync)
  return scripted
}
